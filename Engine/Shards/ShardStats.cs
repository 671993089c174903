namespace OrleansKv.Engine.Shards;

/// <summary>Counters of one shard since start; changed under its lock, read by anyone (each is one aligned word).</summary>
public sealed class ShardStats
{
    public long Hits;
    public long Misses;
    public long Expired;
    public long Evicted;
    public long Writes;
}
