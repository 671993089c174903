using System.Security.Cryptography;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using OrleansKv.Protocol;

namespace OrleansKv.Hosting;

/// <summary>Turns the server's settings into the engine's, at start and after CONFIG SET.</summary>
internal static class LiveSettings
{
    public static StoreOptions StoreOptionsOf(ServerOptions options, Action<string, Exception> faults) => new()
    {
        ShardCount = options.Shards,
        HashSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        MemoryBudgetBytes = options.MemoryBudgetBytes,
        EvictionPolicy = options.EvictionPolicy,
        SnapshotIntervalMs = options.SnapshotIntervalSeconds * 1000L,
        SnapshotDelayMs = options.SnapshotDelayMs,
        Faults = faults,
    };

    public static void Apply(ServerOptions options, NodeStore store, Action<Durability> setDurability)
    {
        setDurability(options.Fsync);
        store.MaxValueBytes = options.MaxValueBytes;
        store.Housekeeper.FlushesEverySecond = options.Fsync != Durability.No;
        if (store.Memory.BudgetBytes != options.MemoryBudgetBytes || store.Memory.Policy != options.EvictionPolicy)
            store.Memory.Set(options.MemoryBudgetBytes, options.EvictionPolicy);
        if (store.Snapshots is not { } snapshots) return;
        snapshots.IntervalMs = options.SnapshotIntervalSeconds * 1000L;
        snapshots.DelayMs = options.SnapshotDelayMs;
    }
}
