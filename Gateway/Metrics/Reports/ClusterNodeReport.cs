namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>One node of the cluster.</summary>
public sealed record ClusterNodeReport
{
    public required string Node { get; init; }

    /// <summary>Where clients reach it, <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>It is the node that was asked.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>
    /// <c>ready</c>, <c>joining</c>, <c>failed</c> (writes are refused), <c>stopping</c>, <c>unreachable</c> (does not answer) or
    /// <c>down</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>It answers.</summary>
    public required bool Up { get; init; }

    /// <summary>Shards that it is home of, ascending, served or not.</summary>
    public required IReadOnlyList<int> Shards { get; init; }

    /// <summary>Null when it does not answer.</summary>
    public long? Keys { get; init; }

    /// <summary>Memory of its tables; null when it does not answer.</summary>
    public long? Bytes { get; init; }
}
