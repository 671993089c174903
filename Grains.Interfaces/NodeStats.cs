namespace OrleansKv.Grains;

/// <summary>A node's numbers, for NODES and INFO.</summary>
/// <param name="Shards">Shards that it is home of.</param>
/// <param name="Keys">Keys of them.</param>
/// <param name="Bytes">Memory of its tables, bytes.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.nodestats")]
public sealed record NodeStats([property: Id(0)] int Shards, [property: Id(1)] long Keys, [property: Id(2)] long Bytes);
