using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Store;

/// <summary>Keeps nothing: a store in memory only.</summary>
internal sealed class NullEffectLog : IEffectLog
{
    public void Append(ShardId shard, LogPosition position, in Effect effect)
    {
    }
}
