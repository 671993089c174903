using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansKv.Grains.Placement;

/// <summary>
/// The slot map's grain belongs where its storage can be reached: the first node in development clustering, anywhere with a database.
/// </summary>
[Serializable, GenerateSerializer, Immutable, Alias("orleanskv.placement.slotmap")]
public sealed class SlotMapPlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="SlotMapPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SlotMapPlacementAttribute() : PlacementAttribute(new SlotMapPlacement());
