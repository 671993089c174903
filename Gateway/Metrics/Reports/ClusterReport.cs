namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>The cluster as this node sees it.</summary>
public sealed record ClusterReport
{
    /// <summary>Whether every slot is served.</summary>
    public required bool Ok { get; init; }

    /// <summary>Why not, or what else is wrong, in one line for people; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>Version of the cluster map.</summary>
    public required long MapVersion { get; init; }

    /// <summary>Time since the map's keeper answered last; it is asked once a second.</summary>
    public required double MapAgeSeconds { get; init; }

    public required int SlotsServed { get; init; }

    /// <summary>Slots of all that have no node to serve them now.</summary>
    public required int SlotsUnserved { get; init; }

    /// <summary>Shards that nobody serves now, ascending.</summary>
    public required IReadOnlyList<int> ShardsUnserved { get; init; }

    /// <summary>In the order in which they joined.</summary>
    public required IReadOnlyList<ClusterNodeReport> Nodes { get; init; }

    /// <summary>Shards that are to change their homes.</summary>
    public required IReadOnlyList<ShardMoveReport> Moves { get; init; }
}
