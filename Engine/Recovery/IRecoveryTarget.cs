using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Takes what recovery finds, in this order: the slot map, each shard's snapshot (different shards perhaps on different threads), then the
/// journal's records on one thread.
/// </summary>
public interface IRecoveryTarget
{
    /// <summary>The whole map, from the manifest.</summary>
    void SlotMap(ReadOnlySpan<byte> map);

    /// <summary>A change of the map, from the journal, in order.</summary>
    void SlotMapChange(ReadOnlySpan<byte> change);

    /// <summary>Puts a shard to the state of its snapshot; its entries follow.</summary>
    void BeginShard(ShardId shard, Epoch epoch, Lsn lsn);

    void RestoreEntry(ShardId shard, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version);

    /// <summary>Lsn a shard has reached so far, <see cref="Lsn.None"/> for one that is not known.</summary>
    Lsn LsnOf(ShardId shard);

    void Apply(ShardId shard, Epoch epoch, Lsn lsn, in Effect effect);
}
