using System.Collections.Immutable;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>
/// The cluster at one moment: nodes, which of them each slot is at home on, and the version of the map that says so. Immutable, any
/// thread; a change makes a new one. Invariant: ranges ascend by slot, do not overlap, and name existing nodes.
/// </summary>
internal sealed class ClusterSnapshot
{
    /// <param name="epoch">Version of the cluster map.</param>
    /// <param name="self">Index of this node in <paramref name="nodes"/>.</param>
    /// <param name="nodes">All that the map knows, the dead too; the same order in each snapshot.</param>
    /// <param name="ranges">Homes of the slots; slots of no range have none. Neighbours on one node should be one range.</param>
    /// <param name="state">What CLUSTER INFO says.</param>
    /// <exception cref="ArgumentException">The ranges break the invariant, or there is no such node as <paramref name="self"/>.</exception>
    public ClusterSnapshot(
        long epoch, int self, IReadOnlyList<ClusterNode> nodes, IReadOnlyList<ClusterSlotRange> ranges, ClusterState state)
    {
        if ((uint)self >= (uint)nodes.Count) throw new ArgumentException($"this node is number {self}, of {nodes.Count}", nameof(self));
        int next = 0;
        foreach (ClusterSlotRange range in ranges)
        {
            if (range.First.Value < next || range.Last.Value < range.First.Value || range.Last.Value >= SlotId.Count
                || (uint)range.Node >= (uint)nodes.Count)
            {
                throw new ArgumentException(
                    $"slots {range.First}-{range.Last} on node {range.Node} of {nodes.Count} behind slot {next - 1}", nameof(ranges));
            }

            next = range.Last.Value + 1;
        }

        Epoch = epoch;
        SelfIndex = self;
        Nodes = nodes;
        Ranges = ranges;
        State = state;
    }

    public long Epoch { get; }

    public int SelfIndex { get; }

    public ClusterNode Self => Nodes[SelfIndex];

    public IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>In the order of their slots.</summary>
    public IReadOnlyList<ClusterSlotRange> Ranges { get; }

    /// <summary>
    /// The same slots, cut where the replicas change, too; <see cref="Ranges"/> in a cluster without replicas.
    /// </summary>
    public IReadOnlyList<ClusterSlotRange> ReplicaRanges { get => field ?? Ranges; init; }

    public ClusterState State { get; }

    /// <summary>Slots of shards that nodes which answer cannot serve.</summary>
    public int UnservedSlots { get; init; }

    /// <summary>Shards that are to change their homes.</summary>
    public IReadOnlyList<ClusterMove> Moves { get; init; } = [];

    /// <summary>Slots that have a home.</summary>
    public int AssignedSlots => Ranges.Sum(static r => r.Count);

    /// <summary>Slots of nodes that this one suspects.</summary>
    public int SuspectSlots => Ranges.Where(r => Nodes[r.Node] is { IsAlive: true, IsAnswering: false }).Sum(static r => r.Count);

    /// <summary>Slots that are known not to be served: their node is dead, or says that it cannot.</summary>
    public int FailedSlots => UnservedSlots + Ranges.Where(r => !Nodes[r.Node].IsAlive).Sum(static r => r.Count);

    /// <summary>Slots that are served.</summary>
    public int ServedSlots => AssignedSlots - SuspectSlots - FailedSlots;

    /// <summary>Ranges from a slot map and the shards that each node is home of; the slots of a shard without a home are in none.</summary>
    public static IReadOnlyList<ClusterSlotRange> RangesOf(SlotMap map, IReadOnlyList<ClusterNode> nodes) =>
        RangesOf(map, nodes, static _ => []);

    /// <summary>The same, cut where the replicas change, too.</summary>
    /// <param name="map">Slots to shards.</param>
    /// <param name="nodes">The nodes with their shards.</param>
    /// <param name="replicasOf">Indexes of the nodes that have replicas of a shard, its home left out.</param>
    public static IReadOnlyList<ClusterSlotRange> RangesOf(
        SlotMap map, IReadOnlyList<ClusterNode> nodes, Func<ShardId, ImmutableArray<int>> replicasOf)
    {
        var homes = new ClusterSlotRange?[ShardId.MaxCount]; // of which the nodes count, and not the slots
        for (int node = 0; node < nodes.Count; node++)
        {
            foreach (ShardId shard in nodes[node].Shards)
                homes[shard.Value] = new ClusterSlotRange(default, default, node) { Replicas = replicasOf(shard) };
        }

        var ranges = new List<ClusterSlotRange>();
        for (int number = 0; number < SlotId.Count; number++)
        {
            var slot = new SlotId((ushort)number);
            if (homes[map.OwnerOf(slot).Value] is { } home) (home with { First = slot, Last = slot }).AddTo(ranges);
        }

        return ranges;
    }
}
