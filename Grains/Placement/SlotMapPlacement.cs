using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansKv.Grains.Placement;

/// <summary>
/// The slot map's grain belongs on the oldest silo: every node reaches its storage, and one place is as good as another.
/// </summary>
[Serializable, GenerateSerializer, Immutable, Alias("orleanskv.placement.slotmap")]
public sealed class SlotMapPlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="SlotMapPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SlotMapPlacementAttribute() : PlacementAttribute(new SlotMapPlacement());
