using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansKv.Grains.Placement;

/// <summary>A grain whose key is a node's id belongs on that node.</summary>
[Serializable, GenerateSerializer, Immutable, Alias("orleanskv.placement.node")]
public sealed class NodePlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="NodePlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodePlacementAttribute() : PlacementAttribute(new NodePlacement());
