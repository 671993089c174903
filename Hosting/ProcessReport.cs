using System.Diagnostics;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting;

/// <summary>
/// What the reports say of the process itself, with or without a store. Pure but for the process's own numbers; any thread.
/// </summary>
internal static class ProcessReport
{
    /// <param name="options">The settings.</param>
    /// <param name="started">Timestamp (<see cref="Stopwatch"/>) of the start.</param>
    public static ServerReport Server(ServerOptions options, long started) => new()
    {
        Version = Gateway.Commands.ServerVersion.Own,
        ProcessId = Environment.ProcessId,
        UptimeSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        Host = ClientAddress.Of(options.Bind).ToString(),
        Port = options.Port,
        Tls = options.UsesTls,
        Workers = options.Workers,
        DataDir = options.Persistence ? options.DataDir : null,
    };

    public static MemoryReport Memory(ServerOptions options, long usedBytes, long peakBytes, long budgetBytes) => new()
    {
        UsedBytes = usedBytes,
        PeakBytes = peakBytes,
        BudgetBytes = budgetBytes,
        EvictionPolicy = PolicyName(options.EvictionPolicy),
        RssBytes = Environment.WorkingSet,
        GcHeapBytes = GC.GetTotalMemory(false),
        GcAllocatedBytes = GC.GetTotalAllocatedBytes(),
        Gen0Collections = GC.CollectionCount(0),
        Gen1Collections = GC.CollectionCount(1),
        Gen2Collections = GC.CollectionCount(2),
    };

    /// <summary>
    /// While the store is still read from disk: who this is and how far it has come; what the store would have counted is 0.
    /// </summary>
    public static MetricsReport Recovering(ServerOptions options, long started, HealthReport health, long readBytes, long totalBytes) =>
        new()
        {
            Server = Server(options, started),
            Health = health,
            Throughput = new ThroughputReport { CommandsTotal = 0, OpsPerSecond = 0, BytesInPerSecond = 0, BytesOutPerSecond = 0,
                OpsHistory = [] },
            Commands = [],
            Keyspace = new KeyspaceReport { Keys = 0, KeysWithTtl = 0, Hits = 0, Misses = 0, Evicted = 0, Expired = 0 },
            Memory = Memory(options, 0, 0, options.MemoryBudgetBytes),
            Connections = new ConnectionReport { Current = 0, MaxClients = options.MaxClients, Accepted = 0, Rejected = 0, BytesIn = 0,
                BytesOut = 0 },
            Recovery = new RecoveryReport
            {
                Running = true,
                DurationSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
                ReadBytes = readBytes,
                TotalBytes = totalBytes,
            },
            Shards = [],
        };

    private static string PolicyName(EvictionPolicy policy) => policy switch
    {
        EvictionPolicy.VolatileLru => "volatile-lru",
        EvictionPolicy.VolatileTtl => "volatile-ttl",
        EvictionPolicy.NoEviction => "noeviction",
        _ => "allkeys-lru",
    };
}
