using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Takes what recovery finds, in this order: the slot map, each shard's snapshot (different shards perhaps on different threads), then the
/// journal's records on one thread.
/// </summary>
public interface IRecoveryTarget
{
    /// <summary>The whole map, from the manifest.</summary>
    void SetSlotMap(ReadOnlySpan<byte> map);

    /// <summary>A change of the map, from the journal, in order.</summary>
    void ChangeSlotMap(ReadOnlySpan<byte> change);

    /// <summary>Puts a shard to the state of its snapshot; its entries follow.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="position">Where the snapshot stands; <see cref="LogPosition.None"/> when nothing of the shard is here.</param>
    /// <param name="fence">Newest tenure of records that were here and are gone.</param>
    void BeginShard(ShardId shard, LogPosition position, Epoch fence);

    /// <summary>Gives a shard that has begun the tenures that it has been through, oldest first.</summary>
    void RestoreEpochs(ShardId shard, ReadOnlySpan<EpochStart> epochs);

    void RestoreEntry(ShardId shard, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version);

    /// <summary>Position that a shard has reached so far, <see cref="LogPosition.None"/> for one that is not known.</summary>
    LogPosition PositionOf(ShardId shard);

    void Apply(ShardId shard, LogPosition position, in Effect effect);
}
