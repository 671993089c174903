using OrleansKv.Gateway.Dispatch;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER SHARDS: an entry a node (Redis' "shard" is a master with its replicas, not ours), its slots as pairs of numbers, then what is
/// known of it. A port that a node does not have is left out. Redis adds <c>hostname</c> where a node announces one beside its address.
/// </summary>
internal static class ClusterShardsReply
{
    public static void Write(ReplyWriter reply, ClusterSnapshot cluster)
    {
        reply.Array(cluster.Nodes.Count);
        ILookup<int, ClusterSlotRange> ranges = cluster.Ranges.ToLookup(r => r.Node);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            ClusterSlotRange[] own = [.. ranges[i]];
            reply.Map(2);
            reply.Bulk("slots"u8);
            reply.Array(own.Length * 2);
            foreach (ClusterSlotRange range in own)
            {
                reply.Integer(range.First.Value);
                reply.Integer(range.Last.Value);
            }

            reply.Bulk("nodes"u8);
            reply.Array(1);
            WriteNode(reply, cluster.Nodes[i]);
        }
    }

    private static void WriteNode(ReplyWriter reply, ClusterNode node)
    {
        reply.Map(6 + (node.Port > 0 ? 1 : 0) + (node.TlsPort > 0 ? 1 : 0));
        Pair(reply, "id"u8, node.RedisId);
        if (node.Port > 0) Number(reply, "port"u8, node.Port);
        if (node.TlsPort > 0) Number(reply, "tls-port"u8, node.TlsPort);
        Pair(reply, "ip"u8, node.Host);
        Pair(reply, "endpoint"u8, node.Host);
        Pair(reply, "role"u8, "master");
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
