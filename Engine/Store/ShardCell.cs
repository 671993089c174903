using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Store;

/// <summary>A shard with the lock that serialises it.</summary>
public sealed class ShardCell(Shard shard)
{
    public Shard Shard { get; } = shard;

    internal Lock Gate { get; } = new();

    /// <summary>The shard's number, as an index.</summary>
    internal int Index { get; } = shard.Id.Value;

    /// <summary>Table bytes as last added to the store's total; under the gate.</summary>
    internal long CountedBytes;
}
