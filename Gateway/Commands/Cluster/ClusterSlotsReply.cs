using OrleansKv.Gateway.Dispatch;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER SLOTS: <c>[[first, last, [host, port, node id, {metadata}]], ...]</c>. Redis has a replica's entry behind the master's; we
/// have none. Ranges of dead nodes are listed too, as in Redis. Metadata is an empty map: Redis puts a node's second address there.
/// </summary>
internal static class ClusterSlotsReply
{
    public static void Write(ReplyWriter reply, ClusterSnapshot cluster, bool tls)
    {
        reply.Array(cluster.Ranges.Count);
        foreach (ClusterSlotRange range in cluster.Ranges)
        {
            ClusterNode node = cluster.Nodes[range.Node];
            reply.Array(3);
            reply.Integer(range.First.Value);
            reply.Integer(range.Last.Value);
            reply.Array(4);
            reply.Bulk(node.Host);
            reply.Integer(node.PortFor(tls));
            reply.Bulk(node.RedisId);
            reply.Map(0);
        }
    }
}
