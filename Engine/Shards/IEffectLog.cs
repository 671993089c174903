namespace OrleansKv.Engine.Shards;

/// <summary>
/// Where shards put their effects, in Lsn order a shard. Called under the shard's lock; many shards call at once.
/// Appending cannot fail: bytes go to memory; what happens on the way to disk shows when a host commits.
/// </summary>
public interface IEffectLog
{
    void Append(ShardId shard, Epoch epoch, Lsn lsn, in Effect effect);
}
