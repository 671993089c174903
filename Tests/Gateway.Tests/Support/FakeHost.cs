using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>A host whose state a test sets, and which notes what was asked of it.</summary>
internal sealed class FakeHost : IHostControl, IMetricsSource
{
    public GatewayServer? Server { get; set; }

    public List<string> Calls { get; } = [];

    public IMetricsSource Numbers => this;

    public IClusterView? Cluster { get; set; }

    public IFaultControl? Faults { get; set; }

    public SnapshotState Snapshot { get; set; } = new(false, 1_600_000_000, null);

    public string? SnapshotRefusal { get; set; }

    public string? ShutdownRefusal { get; set; }

    public JournalOffset Synced { get; set; }

    public bool IsStopping { get; set; }

    public string? WriteRefusal { get; set; }

    public bool HasRoomToPublish { get; set; } = true;

    public void Rebalance(Session session, in ArgList args) => session.Output.Ok();

    public void Nodes(Session session) => session.Output.Array(0);

    public void ResetStats() => Calls.Add("reset");

    public string? StartSnapshot()
    {
        if (SnapshotRefusal is null) Snapshot = Snapshot with { Running = true };
        return SnapshotRefusal;
    }

    public void SyncSoon() => Calls.Add("sync");

    public string? Shutdown(ShutdownRequest request)
    {
        Calls.Add($"shutdown save={request.Save} now={request.Now} force={request.Force}");
        IsStopping = ShutdownRefusal is null;
        return ShutdownRefusal;
    }

    public bool AbortShutdown()
    {
        bool was = IsStopping;
        IsStopping = false;
        return was;
    }

    public void SetActiveExpire(bool on) => Calls.Add($"active-expire {on}");

    public HealthReport State { get; set; } = HealthReport.Serving;

    public ClusterReport? Report { get; set; }

    public ReplicationReport? Replication { get; set; }

    public HealthReport Health() => State;

    public MetricsReport Collect() => new()
    {
        Server = new() { Version = "1.2.3", ProcessId = 42, UptimeSeconds = 90_000, Port = 9090, Workers = 2, DataDir = "data" },
        Health = Health(),
        Throughput = Server!.Metrics.Throughput(),
        Commands = Server.Metrics.Commands(),
        Keyspace = new() { Keys = 3, KeysWithTtl = 1, Hits = 5, Misses = 6, Evicted = 7, Expired = 8 },
        Memory = new() { UsedBytes = 1536, PeakBytes = 3072, BudgetBytes = 1 << 20, EvictionPolicy = "allkeys-lru", RssBytes = 1 << 24,
            GcHeapBytes = 4096 },
        Connections = Server.Metrics.Connections(10),
        Journal = new() { Fsync = "everysec", BytesWritten = 100, RecordsWritten = 10, Flushes = 2, FlushTotalSeconds = 0.01,
            FlushMaxSeconds = 0.008 },
        Snapshot = new() { Running = Snapshot.Running, Taken = 4, Changes = 7, DurationSeconds = 2.5 },
        Shards = [new(0, 1, 512, 9, 8192), new(1, 2, 1024, 9, 8192)],
        Publish = new() { QueuedBytes = 11, Dropped = 12 },
        Cluster = Report,
        Replication = Replication,
        Rebalance = new() { Running = true, FromShards = 2, ToShards = 3, SlotsMoved = 10, SlotsToMove = 5461, KeysMoved = 1 },
    };
}
