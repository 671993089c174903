using System.Security.Cryptography;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using EvictionPolicy = OrleansKv.Engine.Store.EvictionPolicy;

namespace OrleansKv.Embedded;

/// <summary>Turns the server's settings into the engine's, at start and after CONFIG SET.</summary>
internal static class LiveSettings
{
    public static StoreOptions StoreOptionsOf(ServerOptions options) => new()
    {
        ShardCount = options.Shards,
        HashSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        RandomSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        MemoryBudgetBytes = options.MemoryBudgetBytes,
        EvictionPolicy = PolicyOf(options),
        SnapshotIntervalMs = options.SnapshotIntervalSeconds * 1000L,
        SnapshotDelayMs = options.SnapshotDelayMs,
    };

    public static void Apply(ServerOptions options, NodeStore store, LocalShardDispatcher dispatcher)
    {
        dispatcher.DefaultDurability = options.Fsync switch
        {
            FsyncPolicy.Always => Durability.Always,
            FsyncPolicy.No => Durability.No,
            _ => Durability.EverySecond,
        };
        store.Housekeeper.FlushesEverySecond = options.Fsync != FsyncPolicy.No;
        if (store.Memory.BudgetBytes != options.MemoryBudgetBytes || store.Memory.Policy != PolicyOf(options))
            store.Memory.Set(options.MemoryBudgetBytes, PolicyOf(options));
        if (store.Snapshots is { } snapshots) snapshots.IntervalMs = options.SnapshotIntervalSeconds * 1000L;
    }

    public static bool HasFaults(ServerOptions options) => options.WalDelayMs > 0 || options.WalFailProbability > 0;

    private static EvictionPolicy PolicyOf(ServerOptions options) => options.EvictionPolicy switch
    {
        OrleansKv.Gateway.Options.EvictionPolicy.VolatileLru => EvictionPolicy.VolatileLru,
        OrleansKv.Gateway.Options.EvictionPolicy.VolatileTtl => EvictionPolicy.VolatileTtl,
        OrleansKv.Gateway.Options.EvictionPolicy.NoEviction => EvictionPolicy.NoEviction,
        _ => EvictionPolicy.AllKeysLru,
    };
}
