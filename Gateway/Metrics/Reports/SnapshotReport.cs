namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>The last whole snapshot, and the one that runs.</summary>
public sealed record SnapshotReport
{
    public required bool Running { get; init; }

    /// <summary>How long the one that runs has been running, whole seconds; null when none runs.</summary>
    public long? RunningSeconds { get; init; }

    /// <summary>Snapshots finished since start.</summary>
    public required long Taken { get; init; }

    /// <summary>Journal records since the last one of this process, or since its start.</summary>
    public required long Changes { get; init; }

    /// <summary>
    /// Since the last one finished; null when there is none. This and the next two survive a restart where the files tell.
    /// </summary>
    public double? AgeSeconds { get; init; }

    public double? DurationSeconds { get; init; }

    public long? SizeBytes { get; init; }

    /// <summary>Why the last try failed; null when it did not.</summary>
    public string? Failure { get; init; }
}
