namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Keys, and how they are found and lost.</summary>
public sealed record KeyspaceReport
{
    public required long Keys { get; init; }

    public required long KeysWithTtl { get; init; }

    public required long Hits { get; init; }

    public required long Misses { get; init; }

    public required long Evicted { get; init; }

    public required long Expired { get; init; }

    /// <summary>0 to 1; null before the first read.</summary>
    public double? HitRatio => Hits + Misses == 0 ? null : (double)Hits / (Hits + Misses);
}
