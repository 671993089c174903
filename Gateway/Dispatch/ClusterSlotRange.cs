using System.Collections.Immutable;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>Slots from <paramref name="First"/> to <paramref name="Last"/>, both included, are at home on one node.</summary>
/// <param name="First">Lowest slot.</param>
/// <param name="Last">Highest slot.</param>
/// <param name="Node">Index in <see cref="ClusterSnapshot.Nodes"/>; the leader where they have replicas.</param>
internal readonly record struct ClusterSlotRange(SlotId First, SlotId Last, int Node)
{
    /// <summary>Indexes of the nodes that have replicas of them, dead or alive, in the order of preference.</summary>
    public ImmutableArray<int> Replicas { get => field.IsDefault ? [] : field; init; }

    public int Count => Last.Value - First.Value + 1;

    /// <summary>Whether other slots have the same leader and the same replicas in the same order.</summary>
    public bool HasNodesOf(ClusterSlotRange other) => Node == other.Node && Replicas.AsSpan().SequenceEqual(other.Replicas.AsSpan());

    /// <summary>Adds it behind ranges in ascending order: to the last one, where it goes on with the same nodes.</summary>
    public void AddTo(List<ClusterSlotRange> ranges)
    {
        bool goesOn = ranges.Count > 0 && ranges[^1].Last.Value == First.Value - 1 && ranges[^1].HasNodesOf(this);
        if (goesOn) ranges[^1] = ranges[^1] with { Last = Last };
        else ranges.Add(this);
    }

    /// <summary>By value, the replicas too.</summary>
    public bool Equals(ClusterSlotRange other) => First == other.First && Last == other.Last && HasNodesOf(other);

    public override int GetHashCode() => HashCode.Combine(First, Last, Node);
}
