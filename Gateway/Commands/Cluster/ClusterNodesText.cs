using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Dispatch;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// CLUSTER NODES, a line a node, each ended by LF:
/// <c>id host:port@bus-port flags master ping-sent pong-received epoch link-state {slot | first-last}</c>
/// (https://redis.io/docs/latest/commands/cluster-nodes/). No node has a master (<c>-</c>): one that has replicas leads shards of its own,
/// too, and every node takes every command. Nodes do not ping each other by Redis' protocol (0), and the epoch is the map's.
/// </summary>
internal static class ClusterNodesText
{
    public static string Of(ClusterSnapshot cluster, bool tls)
    {
        var text = new StringBuilder();
        ILookup<int, ClusterSlotRange> ranges = cluster.Ranges.ToLookup(r => r.Node);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            text.Append(LineOf(cluster, i, "master", "-", tls));
            foreach (ClusterSlotRange range in ranges[i])
            {
                text.Append(' ').Append(range.First.Value);
                if (range.Count > 1) text.Append('-').Append(range.Last.Value);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// CLUSTER REPLICAS: the nodes that have replicas of shards which a node leads, a line each, as if they were that one's alone. The dead
    /// are among them, as in Redis.
    /// </summary>
    public static IReadOnlyList<string> ReplicasOf(ClusterSnapshot cluster, int master, bool tls) =>
        [.. cluster.ReplicaRanges.Where(r => r.Node == master).SelectMany(r => r.Replicas).Distinct().Order()
            .Select(i => LineOf(cluster, i, "slave", cluster.Nodes[master].RedisId, tls))];

    // Without slots.
    private static string LineOf(ClusterSnapshot cluster, int index, string role, string master, bool tls)
    {
        ClusterNode node = cluster.Nodes[index];
        string failure = !node.IsAlive ? ",fail" : !node.IsAnswering ? ",fail?" : "";
        string flags = (index == cluster.SelfIndex ? "myself," : "") + role + failure;
        string link = node is { IsAlive: true, IsAnswering: true } ? "connected" : "disconnected";
        return string.Create(CultureInfo.InvariantCulture,
            $"{node.RedisId} {node.Host}:{node.PortFor(tls)}@{node.BusPort} {flags} {master} 0 0 {cluster.Epoch} {link}");
    }
}
