namespace OrleansKv.Grains.Replication;

/// <summary>What became of a batch that waits for its leader's replicas.</summary>
internal enum TenureAnswer
{
    /// <summary>What it wrote, and what it read, is committed; and nobody else led when it was read.</summary>
    Committed,

    /// <summary>The leader's tenure ended before: what was written may be there later, or not.</summary>
    Over,

    /// <summary>Too few replicas have answered in time: likewise.</summary>
    TimedOut,
}
