using OrleansKv.Gateway.Dispatch;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER SHARDS: an entry for each master with its replicas (what Redis calls a shard; ours is smaller), its slots as pairs of numbers,
/// then what is known of each node. Here that is a leader with the same replicas in the same order, so that a node can be the master of
/// several entries and a replica in others. A node that leads nothing has an entry without slots. A port that a node does not have is left
/// out. Redis adds <c>hostname</c> where a node announces one beside its address.
/// </summary>
internal static class ClusterShardsReply
{
    public static void Write(ReplyWriter reply, ClusterSnapshot cluster)
    {
        var entries = new List<(int[] Nodes, ClusterSlotRange[] Slots)>();
        ILookup<int, ClusterSlotRange> ranges = cluster.ReplicaRanges.ToLookup(r => r.Node);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            if (!ranges.Contains(i)) entries.Add(([i], []));
            foreach (IGrouping<string, ClusterSlotRange> group in ranges[i].GroupBy(r => string.Join(' ', r.Replicas)))
                entries.Add(([i, .. group.First().Replicas], [.. group]));
        }

        reply.Array(entries.Count);
        foreach ((int[] nodes, ClusterSlotRange[] slots) in entries)
        {
            reply.Map(2);
            reply.Bulk("slots"u8);
            reply.Array(slots.Length * 2);
            foreach (ClusterSlotRange range in slots)
            {
                reply.Integer(range.First.Value);
                reply.Integer(range.Last.Value);
            }

            reply.Bulk("nodes"u8);
            reply.Array(nodes.Length);
            for (int i = 0; i < nodes.Length; i++) WriteNode(reply, cluster.Nodes[nodes[i]], i == 0 ? "master" : "replica");
        }
    }

    private static void WriteNode(ReplyWriter reply, ClusterNode node, string role)
    {
        reply.Map(6 + (node.Port > 0 ? 1 : 0) + (node.TlsPort > 0 ? 1 : 0));
        Pair(reply, "id"u8, node.RedisId);
        if (node.Port > 0) Number(reply, "port"u8, node.Port);
        if (node.TlsPort > 0) Number(reply, "tls-port"u8, node.TlsPort);
        Pair(reply, "ip"u8, node.Host);
        Pair(reply, "endpoint"u8, node.Host);
        Pair(reply, "role"u8, role);
        Number(reply, "replication-offset"u8, 0); // nobody replicates by Redis' protocol
        Pair(reply, "health"u8, !node.IsAlive ? "fail" : node.Condition == "joining" ? "loading" : node.IsAnswering ? "online" : "fail");
    }

    private static void Pair(ReplyWriter reply, ReadOnlySpan<byte> name, string value)
    {
        reply.Bulk(name);
        reply.Bulk(value);
    }

    private static void Number(ReplyWriter reply, ReadOnlySpan<byte> name, long value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }
}
