using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>Where a shard lives.</summary>
/// <param name="NodeId">The node that has its data.</param>
/// <param name="Epoch">Ownership generation: it grows each time the shard moves, and when its home takes it back in the midst of a move.
/// One node alone ever serves in an epoch.</param>
/// <param name="NextNodeId">The node it is about to move to; null when it stays.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.home")]
public sealed record ShardHome([property: Id(0)] string NodeId, [property: Id(1)] uint Epoch, [property: Id(2)] string? NextNodeId);
