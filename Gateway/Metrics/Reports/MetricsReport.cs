namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Every number that the outputs show, read at one moment. Plain data; the JSON of /metrics is this, in camel case.</summary>
public sealed record MetricsReport
{
    public required ServerReport Server { get; init; }

    public required HealthReport Health { get; init; }

    public required ThroughputReport Throughput { get; init; }

    public required IReadOnlyList<CommandReport> Commands { get; init; }

    public required KeyspaceReport Keyspace { get; init; }

    public required MemoryReport Memory { get; init; }

    public required ConnectionReport Connections { get; init; }

    /// <summary>Null when persistence is off, as are the next two.</summary>
    public JournalReport? Journal { get; init; }

    public SnapshotReport? Snapshot { get; init; }

    public RecoveryReport? Recovery { get; init; }

    public required IReadOnlyList<ShardReport> Shards { get; init; }

    /// <summary>Null for a server alone, as is the next.</summary>
    public PublishReport? Publish { get; init; }

    public ClusterReport? Cluster { get; init; }

    /// <summary>Null without replicas.</summary>
    public ReplicationReport? Replication { get; init; }

    /// <summary>Null for a cluster's node, and where nobody follows anybody.</summary>
    public LinksReport? Links { get; init; }

    /// <summary>Null when none runs or ran.</summary>
    public RebalanceReport? Rebalance { get; init; }
}
