using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>
/// The three nodes of <see cref="FakeCluster"/> with replicas: alpha leads slots 0-199, which beta and gamma follow in one order and then
/// in the other; beta leads the rest, which gamma follows; gamma leads nothing.
/// </summary>
internal static class FakeReplication
{
    public static ClusterSnapshot Cluster(params ReadOnlySpan<int> dead)
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        foreach (int node in dead) nodes[node] = nodes[node] with { IsAlive = false };
        return new ClusterSnapshot(7, 0, nodes, [FakeCluster.Range(0, 199, 0), FakeCluster.Range(200, 16383, 1)], ClusterState.Ok)
        {
            ReplicaRanges =
            [
                FakeCluster.Range(0, 99, 0) with { Replicas = [1, 2] },
                FakeCluster.Range(100, 199, 0) with { Replicas = [2, 1] },
                FakeCluster.Range(200, 16383, 1) with { Replicas = [2] },
            ],
        };
    }

    /// <summary>Gamma has not answered yet.</summary>
    public static ReplicationReport Report() => new()
    {
        Replicas = 3,
        WriteQuorum = 2,
        ReadQuorum = 2,
        LedShards = 4,
        FollowedShards = 5,
        ShardsWithoutWriteQuorum = 1,
        MaxLagRecords = 20,
        CopiesRunning = 2,
        FollowerReads = 7,
        SameCopies = 8,
        DivergedCopies = 2,
        StoppedShards = 1,
        Offset = 1000,
        Followers =
        [
            new() { Node = "beta", Host = "127.0.0.1", Port = 17978, Offset = 970, LagSeconds = 1 },
            new() { Node = "gamma", Host = "127.0.0.1", Port = 17979, Offset = 0 },
        ],
    };
}
