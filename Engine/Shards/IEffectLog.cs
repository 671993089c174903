using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// Where shards put their effects, in the order of their positions a shard. Called under the shard's lock; many shards call at once.
/// Bytes go to memory; what happens on the way to disk shows when a host commits. So appending fails only when memory cannot take the
/// record: it throws then, nothing is in the log, and the caller must not apply the effect.
/// </summary>
public interface IEffectLog
{
    void Append(ShardId shard, LogPosition position, in Effect effect);

    /// <summary>
    /// Records of this thread until <see cref="EndGroup"/> are one: recovery and replicas apply all of them or none. Nothing to do for a
    /// log that nobody recovers from or follows.
    /// </summary>
    void BeginGroup()
    {
    }

    void EndGroup()
    {
    }
}
