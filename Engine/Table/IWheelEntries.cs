namespace OrleansKv.Engine.Table;

/// <summary>What the timing wheel asks its table.</summary>
internal interface IWheelEntries
{
    /// <summary>Entries that have a deadline.</summary>
    long TtlCount { get; }

    /// <summary>The latest time the table has heard of, ms since the Unix epoch.</summary>
    long NowMs { get; }

    /// <summary>The entry's deadline; 0 when it has none or the reference leads to no live entry.</summary>
    long DeadlineOf(uint reference);

    /// <summary>Whether the entry has been returned as due; exactly one reference among the overdue leads to it then.</summary>
    bool IsDue(uint reference);

    void MarkDue(uint reference);
}
