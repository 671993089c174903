namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>A living node that follows shards which this one leads.</summary>
public sealed record FollowerReport
{
    public required string Node { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>The leader's offset less the records that this node is not known to have: the difference is how far it lags.</summary>
    public required long Offset { get; init; }

    /// <summary>Whole seconds since its last answer; null before the first one.</summary>
    public long? LagSeconds { get; init; }
}
