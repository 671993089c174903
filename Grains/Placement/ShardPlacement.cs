using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansKv.Grains.Placement;

/// <summary>A shard's grain belongs on the node that has the shard's data.</summary>
[Serializable, GenerateSerializer, Immutable, Alias("orleanskv.placement.shard")]
public sealed class ShardPlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="ShardPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());
