namespace OrleansKv.Grains;

/// <summary>A part of a shard's state on its way from its home to the next one.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">The epoch in which it leaves its home.</param>
/// <param name="At">Where the part stands in the state, bytes.</param>
/// <param name="TotalBytes">Size of the state.</param>
/// <param name="Bytes">The part; the receiver may keep it.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardpart")]
public sealed record ShardPart(int Shard, uint Epoch, long At, long TotalBytes, byte[] Bytes);
