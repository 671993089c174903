using System.Collections.Immutable;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER SLOTS: <c>[[first, last, [host, port, node id, {metadata}] ...], ...]</c>, the leader first and its replicas behind it. Ranges
/// of dead leaders are listed too, as in Redis, and dead replicas are not. Metadata is an empty map: Redis puts a node's second address
/// there.
/// </summary>
internal static class ClusterSlotsReply
{
    public static void Write(ReplyWriter reply, ClusterSnapshot cluster, bool tls)
    {
        IReadOnlyList<ClusterSlotRange> entries = ClusterSlotEntries.Of(cluster);
        reply.Array(entries.Count);
        foreach (ClusterSlotRange range in entries)
        {
            ImmutableArray<int> replicas = range.Replicas;
            reply.Array(3 + replicas.Length);
            reply.Integer(range.First.Value);
            reply.Integer(range.Last.Value);
            WriteNode(reply, cluster.Nodes[range.Node], tls);
            foreach (int replica in replicas) WriteNode(reply, cluster.Nodes[replica], tls);
        }
    }

    private static void WriteNode(ReplyWriter reply, ClusterNode node, bool tls)
    {
        reply.Array(4);
        reply.Bulk(node.Host);
        reply.Integer(node.PortFor(tls));
        reply.Bulk(node.RedisId);
        reply.Map(0);
    }
}
