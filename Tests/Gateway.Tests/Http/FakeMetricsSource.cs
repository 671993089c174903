using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Tests.Http;

/// <summary>Plausible numbers, the same each time, made by the real counters where there are some.</summary>
public sealed class FakeMetricsSource : IMetricsSource
{
    private readonly ServerMetrics _metrics = new(["get", "set", "del", "incr", "config|get"]);

    public FakeMetricsSource()
    {
        WorkerMetrics first = _metrics.AddWorker(), second = _metrics.AddWorker();
        var random = new Random(20);
        for (int i = 0; i < 42; i++) first.ConnectionOpened();
        for (long second1 = 0; second1 <= 60; second1++)
        {
            int calls = 2000 + (int)(900 * Math.Sin(second1 / 7.0)) + random.Next(500);
            for (int i = 0; i < calls; i++)
            {
                long ns = (long)(700 * Math.Exp(random.NextDouble() * random.NextDouble() * 6));
                (i % 2 == 0 ? first : second).Record(i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 3, ns, failed: i % 500 == 9);
            }

            first.Received(calls * 41000L);
            first.Sent(calls * 90000L);
            _metrics.Tick(second1 * 10);
            _metrics.Tick(second1 * 1000);
        }

        second.Record(2, 1_500_000);
        second.RecordRejected(2);
        second.Record(4, 12_000);
        _metrics.ConnectionRejected();
    }

    public HealthReport Now { get; set; } = HealthReport.Serving;

    public bool Persistence { get; set; } = true;

    /// <summary>What <see cref="Collect"/> throws; null for nothing.</summary>
    public Exception? Fault { get; set; }

    public bool IsWhole { get; set; } = true;

    public HealthReport Health() => Now;

    public HealthReport WholeHealth() => Now with { Ready = Now.Ready && IsWhole };

    public MetricsReport Collect() => Fault is not null ? throw Fault : new()
    {
        Server = new() { Version = "0.1.0", ProcessId = 4711, UptimeSeconds = 93784.2, Port = 9090, Workers = 2, DataDir = "./data" },
        Health = Now,
        Throughput = _metrics.Throughput(),
        Commands = _metrics.Commands(),
        Keyspace = new() { Keys = 1_048_576, KeysWithTtl = 262_144, Hits = 9_600_000, Misses = 400_000, Evicted = 1234, Expired = 56_789 },
        Memory = new()
        {
            UsedBytes = 139L << 20, PeakBytes = 150L << 20, BudgetBytes = 256L << 20, EvictionPolicy = "allkeys-lru",
            RssBytes = 198L << 20, GcHeapBytes = 9L << 20, Gen0Collections = 12, Gen1Collections = 3, Gen2Collections = 1,
        },
        Connections = _metrics.Connections(10000),
        Journal = !Persistence ? null : new()
        {
            Fsync = "everysec", BytesWritten = 812_345_678, RecordsWritten = 7_654_321, Flushes = 93_001, FlushTotalSeconds = 130.2,
            FlushMaxSeconds = 0.031, LastFlushAgeSeconds = 0.42, PendingBytes = 8192, Segments = 3, SizeBytes = 402_653_184,
            Failure = Now.State == "failed" ? Now.Reason : null,
        },
        Snapshot = !Persistence
            ? null
            : new() { Running = false, Taken = 311, Changes = 1_204, AgeSeconds = 127, DurationSeconds = 1.4, SizeBytes = 121L << 20 },
        Recovery = !Persistence
            ? null
            : new() { Running = Now.State == "recovering", DurationSeconds = 0.731, Entries = 1_000_000, Records = 48_576, TornBytes = 37 },
        Shards = [.. Enumerable.Range(0, 8).Select(
            i => new ShardReport(i, 131_072 + (i * 731 % 9000), (17L << 20) + i * 54321, 956_790 + i * 17, 2048 + (i % 3 - 1) * 40))],
        Publish = new() { QueuedBytes = 4096, Dropped = 3 },
        Cluster = new()
        {
            Ok = IsWhole, MapVersion = 17, MapAgeSeconds = 0.4, SlotsServed = IsWhole ? 16384 : 12000, SlotsUnserved = IsWhole ? 0 : 4384,
                ShardsUnserved = IsWhole ? [] : [2, 3], Moves = [new(1, "a", "b")],
            Nodes =
            [
                new() { Node = "a", Address = "127.0.0.1:9090", IsSelf = true, State = "ready", Up = true, Shards = [0, 1, 4, 5], Keys = 7,
                    Bytes = 70 },
                new() { Node = "b", Address = "127.0.0.1:9091", IsSelf = false, State = IsWhole ? "ready" : "down", Up = IsWhole,
                    Shards = [2, 3, 6, 7] },
            ],
        },
        Rebalance = new() { Running = true, FromShards = 8, ToShards = 9, SlotsMoved = 1204, SlotsToMove = 1820, KeysMoved = 77_000 },
    };
}
