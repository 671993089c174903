using System.Globalization;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Replication;

/// <summary>Whether a node has a copy that counts of every shard, by the map: only then it can be followed. Pure.</summary>
internal static class CopyCheck
{
    /// <summary>Null, or in one sentence why it cannot be followed, and whom to follow instead.</summary>
    /// <param name="map">The newest one that is known.</param>
    /// <param name="node">The node.</param>
    /// <param name="isAlive">Whether a node is alive.</param>
    public static string? ProblemOf(ClusterMap map, string node, Func<string, bool> isAlive)
    {
        if (map.IsEmpty) return "this node has not joined its cluster yet";
        if (map.Cluster == Guid.Empty) return "the cluster has no id yet, as older versions made it: restart one of its nodes";
        int missing = map.Homes.Count(h => !HasCopy(h, node));
        if (missing == 0) return null;
        string problem = string.Create(CultureInfo.InvariantCulture,
            $"node {node} has no copy of {missing} of the cluster's {map.Homes.Length} shards");
        NodeInfo[] others = [.. map.Nodes.Where(n => n.Id != node && isAlive(n.Id) && Array.TrueForAll(map.Homes, h => HasCopy(h, n.Id)))];
        return others is []
            ? string.Create(CultureInfo.InvariantCulture, $"{problem}, and no other node that runs has all of them: a cluster can be ")
                + string.Create(CultureInfo.InvariantCulture, $"followed that has no more nodes than copies of a shard ({map.Replicas})")
            : $"{problem}: follow {string.Join(" or ", others.Select(Describe))} instead";
    }

    private static bool HasCopy(ShardHome home, string node) =>
        home.Members is [] ? home.NodeId == node && home.NextNodeId is null : home.Members.Contains(node);

    private static string Describe(NodeInfo node) =>
        string.Create(CultureInfo.InvariantCulture, $"node {node.Id} at {node.Host}:{(node.Port > 0 ? node.Port : node.TlsPort)}");
}
