using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;

namespace OrleansKv.Hosting;

/// <summary>Sums of the shards' counters at one moment; CONFIG RESETSTAT keeps one to subtract.</summary>
internal readonly record struct StatsBaseline(long Hits, long Misses, long Evicted, long Expired)
{
    public static readonly StatsBaseline Zero;

    public static StatsBaseline Read(NodeStore store)
    {
        long hits = 0, misses = 0, evicted = 0, expired = 0;
        foreach (ShardCell cell in store.Cells)
        {
            ShardStats stats = cell.Shard.Stats;
            hits += stats.Hits;
            misses += stats.Misses;
            evicted += stats.Evicted;
            expired += stats.Expired;
        }

        return new StatsBaseline(hits, misses, evicted, expired);
    }

    public StatsBaseline Since(StatsBaseline before) =>
        new(Hits - before.Hits, Misses - before.Misses, Evicted - before.Evicted, Expired - before.Expired);
}
