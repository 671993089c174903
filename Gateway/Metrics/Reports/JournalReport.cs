namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>The journal since start.</summary>
public sealed record JournalReport
{
    /// <summary><c>always</c>, <c>everysec</c> or <c>no</c>.</summary>
    public required string Fsync { get; init; }

    public required long BytesWritten { get; init; }

    public required long RecordsWritten { get; init; }

    public required long Flushes { get; init; }

    /// <summary>Time in flushes, all together; the mean is this over <see cref="Flushes"/>.</summary>
    public required double FlushTotalSeconds { get; init; }

    public required double FlushMaxSeconds { get; init; }

    /// <summary>Age of the last flush that reached the disk; null before the first.</summary>
    public double? LastFlushAgeSeconds { get; init; }

    /// <summary>Bytes appended and not yet flushed.</summary>
    public long PendingBytes { get; init; }

    /// <summary>Segments on disk now, and their bytes.</summary>
    public int Segments { get; init; }

    public long SizeBytes { get; init; }

    /// <summary>Why writes are refused; null while all is well.</summary>
    public string? Failure { get; init; }

    public double FlushMeanSeconds => Flushes == 0 ? 0 : FlushTotalSeconds / Flushes;
}
