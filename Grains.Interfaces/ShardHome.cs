namespace OrleansKv.Grains;

/// <summary>Where a shard lives.</summary>
/// <param name="NodeId">The node that has its data.</param>
/// <param name="Epoch">Ownership generation: +1 each time the shard moves.</param>
/// <param name="NextNodeId">The node it is about to move to; null when it stays.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.home")]
public sealed record ShardHome([property: Id(0)] string NodeId, [property: Id(1)] uint Epoch, [property: Id(2)] string? NextNodeId);
