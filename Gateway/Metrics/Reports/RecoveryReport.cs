namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>What the start read from disk.</summary>
public sealed record RecoveryReport
{
    public required bool Running { get; init; }

    public required double DurationSeconds { get; init; }

    /// <summary>Entries from snapshots.</summary>
    public required long Entries { get; init; }

    /// <summary>Records from the journal.</summary>
    public required long Records { get; init; }

    /// <summary>Cut off the end of the last segment: a write that was under way at the crash.</summary>
    public required long TornBytes { get; init; }
}
