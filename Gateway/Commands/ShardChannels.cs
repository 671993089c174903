using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Gateway.Commands;

/// <summary>
/// A shard channel belongs to the slot of its name. In a cluster the names of one command must share a slot, as keys must, and the slot
/// must be served. There is no MOVED: every node takes every shard channel, as it takes every key, and messages reach the subscribers of
/// all nodes.
/// </summary>
internal static class ShardChannels
{
    private const string CrossSlot = "CROSSSLOT Keys in request don't hash to the same slot";
    private const string NotServed = "CLUSTERDOWN Hash slot not served";

    /// <summary>
    /// Why a command cannot run on the names that follow its first word, in Redis' words; null when it can, and always without a cluster.
    /// </summary>
    public static string? RefusalOf(Session session, in ArgList args, int names)
    {
        if (session.Server.Control.Cluster is not { } cluster || names == 0) return null;
        SlotId slot = Slot.Of(args[1]);
        for (int i = 2; i <= names; i++)
        {
            if (Slot.Of(args[i]) != slot) return CrossSlot;
        }

        return IsServed(cluster.Snapshot, slot) ? null : NotServed;
    }

    private static bool IsServed(ClusterSnapshot cluster, SlotId slot)
    {
        int low = 0, high = cluster.Ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            ClusterSlotRange range = cluster.Ranges[middle];
            if (slot.Value < range.First.Value) high = middle - 1;
            else if (slot.Value > range.Last.Value) low = middle + 1;
            else return cluster.Nodes[range.Node].IsAlive;
        }

        return false;
    }
}
