using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Grains.Replication;

namespace OrleansKv.Silo.Hosting;

/// <summary>What a node's replicas say, with the addresses under which clients know the others. Pure.</summary>
internal static class ReplicationReports
{
    public static ReplicationReport Of(ReplicaNodeStatus status, ClusterSnapshot cluster) => new()
    {
        Replicas = status.Replicas,
        WriteQuorum = status.WriteQuorum,
        ReadQuorum = status.ReadQuorum,
        LedShards = status.LedShards,
        FollowedShards = status.FollowedShards,
        ShardsWithoutWriteQuorum = status.WithoutWriteQuorum.Count,
        MaxLagRecords = status.MaxLagRecords,
        CopiesRunning = status.CopiesRunning,
        FollowerReads = status.FollowerReads,
        SameCopies = status.SameCopies,
        DivergedCopies = status.DivergedCopies,
        StoppedShards = status.StoppedShards,
        Offset = status.Offset,
        Followers = [.. status.Followers.Join(cluster.Nodes, f => f.Node, n => n.NodeId, (f, n) => new FollowerReport
        {
            Node = f.Node,
            Host = n.Host,
            Port = n.PortFor(tls: false),
            Offset = Math.Max(0, status.Offset - f.LacksRecords),
            LagSeconds = f.Silence is { } silence ? (long)silence.TotalSeconds : null,
        })],
    };
}
