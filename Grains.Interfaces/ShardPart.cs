using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>A piece of a shard's state on its way from its home to the next one.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">The epoch in which it leaves its home.</param>
/// <param name="Number">Its place among the pieces, from 0 on. The same number again is the same piece: its sender had no answer.</param>
/// <param name="Bytes">The piece; the receiver may keep it.</param>
/// <param name="IsRecord">It is of records, whose pieces may end anywhere; otherwise of a part of the entries.</param>
/// <param name="IsEnd">The last piece of its part of the entries.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardpart")]
public sealed record ShardPart(int Shard, uint Epoch, long Number, byte[] Bytes, bool IsRecord, bool IsEnd);
