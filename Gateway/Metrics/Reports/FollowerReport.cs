namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>A living node that follows shards which this one leads, or a server that follows this one as a whole.</summary>
public sealed record FollowerReport
{
    public required string Node { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>The leader's offset less the records that this node is not known to have: the difference is how far it lags.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes of records that a server which follows as a whole is not known to have.</summary>
    public long LagBytes { get; init; }

    /// <summary>Whole seconds since its last answer; null before the first one.</summary>
    public long? LagSeconds { get; init; }
}
