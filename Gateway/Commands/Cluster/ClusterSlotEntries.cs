using OrleansKv.Gateway.Dispatch;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// The entries of CLUSTER SLOTS in their order. Some clients take a node for what they first meet it as: redis-py
/// (<c>_get_or_create_cluster_node</c>), and node-redis with <c>useReplicas</c>. In Redis a node is either; here a leader of some slots is
/// a replica of others, and such a client would leave it out of its primaries, to all of which it sends DBSIZE, SCAN and FLUSHALL. So the
/// first slot of each leader comes before all else, without its replicas. Pure.
/// </summary>
internal static class ClusterSlotEntries
{
    public static IReadOnlyList<ClusterSlotRange> Of(ClusterSnapshot cluster)
    {
        List<ClusterSlotRange> ranges = WithoutDeadReplicas(cluster);
        if (ranges.TrueForAll(r => r.Replicas.IsEmpty)) return ranges;
        var leaders = new List<ClusterSlotRange>();
        var rest = new List<ClusterSlotRange>();
        var seen = new HashSet<int>();
        foreach (ClusterSlotRange range in ranges)
        {
            bool isFirst = seen.Add(range.Node);
            if (isFirst) leaders.Add(new ClusterSlotRange(range.First, range.First, range.Node));
            if (!isFirst) rest.Add(range);
            else if (range.Count > 1) rest.Add(range with { First = new((ushort)(range.First.Value + 1)) });
        }

        return [.. leaders, .. rest];
    }

    // Neighbours that have the same nodes now are one range.
    private static List<ClusterSlotRange> WithoutDeadReplicas(ClusterSnapshot cluster)
    {
        var ranges = new List<ClusterSlotRange>();
        foreach (ClusterSlotRange range in cluster.ReplicaRanges)
        {
            (range with { Replicas = [.. range.Replicas.Where(r => cluster.Nodes[r].IsAlive)] }).AddTo(ranges);
        }

        return ranges;
    }
}
