namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>What the start read from disk.</summary>
public sealed record RecoveryReport
{
    /// <summary>True while it is read: entries, records and torn bytes are known when it has ended.</summary>
    public required bool Running { get; init; }

    /// <summary>So far, while it runs.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>Entries from snapshots.</summary>
    public long Entries { get; init; }

    /// <summary>Records from the journal.</summary>
    public long Records { get; init; }

    /// <summary>Cut off the end of the last segment: a write that was under way at the crash.</summary>
    public long TornBytes { get; init; }

    /// <summary>Bytes read so far, and of how many; 0 once it has ended.</summary>
    public long ReadBytes { get; init; }

    public long TotalBytes { get; init; }
}
