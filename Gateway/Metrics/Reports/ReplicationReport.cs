namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>This node's part in a cluster with replicas: it leads some shards and follows the leaders of others.</summary>
public sealed record ReplicationReport
{
    /// <summary>Copies of each shard that the cluster wants.</summary>
    public required int Replicas { get; init; }

    /// <summary>Copies that must have a record before it is acknowledged.</summary>
    public required int WriteQuorum { get; init; }

    /// <summary>Copies that a new leader must hear from.</summary>
    public required int ReadQuorum { get; init; }

    public required int LedShards { get; init; }

    public required int FollowedShards { get; init; }

    /// <summary>Led shards of which too few members answer: writes to them are not acknowledged.</summary>
    public required int ShardsWithoutWriteQuorum { get; init; }

    /// <summary>Most records of one led shard that one living follower is not known to have.</summary>
    public required long MaxLagRecords { get; init; }

    /// <summary>Whole states that are being sent to other nodes, or wait for it.</summary>
    public required int CopiesRunning { get; init; }

    /// <summary>Batches of reads that were answered from copies that this node follows (READONLY).</summary>
    public long FollowerReads { get; init; }

    /// <summary>Comparisons of a shard's copies, by its leader here, that have found all of them equal.</summary>
    public long SameCopies { get; init; }

    /// <summary>Copies that such comparisons have found to differ.</summary>
    public long DivergedCopies { get; init; }

    /// <summary>Shards that are not served here, for their copies differ.</summary>
    public int StoppedShards { get; init; }

    /// <summary>Records of the led shards, all together, since each began.</summary>
    public required long Offset { get; init; }

    /// <summary>Living nodes that follow led shards.</summary>
    public required IReadOnlyList<FollowerReport> Followers { get; init; }
}
