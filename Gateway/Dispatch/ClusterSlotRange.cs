using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>Slots from <paramref name="First"/> to <paramref name="Last"/>, both included, are at home on one node.</summary>
/// <param name="First">Lowest slot.</param>
/// <param name="Last">Highest slot.</param>
/// <param name="Node">Index in <see cref="ClusterSnapshot.Nodes"/>.</param>
internal readonly record struct ClusterSlotRange(SlotId First, SlotId Last, int Node)
{
    public int Count => Last.Value - First.Value + 1;
}
