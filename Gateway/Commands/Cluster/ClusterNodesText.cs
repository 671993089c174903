using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Dispatch;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER NODES, a line a node, each ended by LF:
/// <c>id host:port@bus-port flags master ping-sent pong-received epoch link-state {slot | first-last}</c>
/// (https://redis.io/docs/latest/commands/cluster-nodes/). No node has a master (<c>-</c>), nodes do not ping each other by Redis'
/// protocol (0), and the epoch is the map's.
/// </summary>
internal static class ClusterNodesText
{
    public static string Of(ClusterSnapshot cluster, bool tls)
    {
        var text = new StringBuilder();
        ILookup<int, ClusterSlotRange> ranges = cluster.Ranges.ToLookup(r => r.Node);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            ClusterNode node = cluster.Nodes[i];
            string failure = !node.IsAlive ? ",fail" : !node.IsAnswering ? ",fail?" : "";
            string flags = (i == cluster.SelfIndex ? "myself,master" : "master") + failure;
            text.Append(CultureInfo.InvariantCulture,
                $"{node.RedisId} {node.Host}:{node.PortFor(tls)}@{node.BusPort} {flags} - 0 0 {cluster.Epoch} ");
            text.Append(node is { IsAlive: true, IsAnswering: true } ? "connected" : "disconnected");
            foreach (ClusterSlotRange range in ranges[i])
            {
                text.Append(' ').Append(range.First.Value);
                if (range.Count > 1) text.Append('-').Append(range.Last.Value);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
