using System.Diagnostics;
using System.Globalization;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Hosting;

/// <summary>
/// The one-process host: what commands ask of the store as a whole, and the numbers of INFO, /metrics and the status page. Any thread.
/// </summary>
internal sealed class StoreHost(NodeStore store, RuntimeConfig config, Action<ShutdownRequest> stop) : IHostControl, IMetricsSource
{
    private StatsBaseline _baseline = StatsBaseline.Zero;
    private volatile bool _stopping;

    /// <summary>Timestamp of the process's start, before recovery.</summary>
    public long Started { get; init; } = Stopwatch.GetTimestamp();

    /// <summary>Set once, before traffic.</summary>
    public GatewayServer Front { get; set; } = null!;

    /// <summary>Whom it follows and who follows it; null where that is not to be.</summary>
    public ILinkControl? Links { get; set; }

    /// <summary>Counts the followers that have all that has been answered until now.</summary>
    public Func<Func<int>>? FollowerCount { get; set; }

    public Func<int> StartReplicaCount() => FollowerCount?.Invoke() ?? (static () => 0);

    public IMetricsSource Numbers => this;

    public JournalOffset Synced => store.Journal?.Synced ?? default;

    public bool IsStopping => _stopping;

    public string? WriteRefusal => store.WriteRefusal;

    public SnapshotState Snapshot
    {
        get
        {
            SnapshotStatus status = store.Snapshots?.Status ?? SnapshotStatus.None;
            long lastOk = status.LastOkMs == 0 ? Front.StartedMs : status.LastOkMs;
            return new SnapshotState(status.IsRunning, lastOk / 1000, status.LastError);
        }
    }

    public void Rebalance(Session session, in ArgList args)
    {
        if (Links is { IsFollower: true })
        {
            session.Output.Error(Errors.ReadOnlyReplica);
            return;
        }

        if (!Number.TryInteger(args[1], out long shards) || shards is < 1 or > ShardId.MaxCount)
        {
            session.Output.Error($"ERR the number of shards must be 1 to {ShardId.MaxCount}");
            return;
        }

        if (shards == store.Map.ShardCount && !store.Rebalancer.Status.IsRunning)
        {
            session.Output.Simple(System.Text.Encoding.ASCII.GetBytes($"OK the store has {shards} shards already"));
            return;
        }

        if (!store.Rebalancer.TryStart((int)shards))
        {
            session.Output.Error("ERR a rebalance is under way; INFO orleanskv shows how far it is");
            return;
        }

        RebalanceStatus status = store.Rebalancer.Status;
        session.Output.Simple(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture,
                $"OK moving {status.SlotsToMove} of {SlotId.Count} slots to go from {status.FromShards} to {shards} shards")));
    }

    public void Nodes(Session session)
    {
        session.Output.Array(1);
        session.Output.Map(6);
        session.Output.Bulk("node"u8);
        session.Output.Bulk("embedded"u8);
        session.Output.Bulk("address"u8);
        session.Output.Bulk(session.Connection.Local?.ToString() ?? "");
        session.Output.Bulk("state"u8);
        session.Output.Bulk(Health().State);
        session.Output.Bulk("shards"u8);
        session.Output.Integer(store.Map.ShardCount);
        session.Output.Bulk("keys"u8);
        session.Output.Integer(store.Count);
        session.Output.Bulk("bytes"u8);
        session.Output.Integer(store.Memory.UsedBytes);
    }

    public void ResetStats() => _baseline = StatsBaseline.Read(store);

    public string? StartSnapshot()
    {
        if (store.Snapshots is null) return "ERR persistence is off: there is nothing to save to";
        return store.Snapshots.TryStart() ? null : "ERR Background save already in progress";
    }

    // The flush a second is at most a second away; asking for it now costs a thread-pool turn.
    public void SyncSoon()
    {
        if (store.Journal is { } journal) ThreadPool.UnsafeQueueUserWorkItem(static j =>
        {
            j.Commit(j.Appended, Durability.No);
            j.Sync();
        }, journal, preferLocal: false);
    }

    public string? Shutdown(ShutdownRequest request)
    {
        _stopping = true;
        stop(request);
        return null;
    }

    public bool AbortShutdown() => false; // a stop begins at once and takes milliseconds

    public void SetActiveExpire(bool on) => store.Housekeeper.ExpiresActively = on;

    public HealthReport Health()
    {
        if (_stopping) return HealthReport.Stopping();
        return store.WriteRefusal is { } refusal ? HealthReport.Failed(refusal) : HealthReport.Serving;
    }

    public MetricsReport Collect()
    {
        ServerOptions options = config.Current;
        StatsBaseline totals = StatsBaseline.Read(store).Since(_baseline);
        return new MetricsReport
        {
            Server = ProcessReport.Server(options, Started) with { Mode = Front.Control.Cluster is null ? "embedded" : "cluster" },
            Health = Health(),
            Throughput = Front.Metrics.Throughput(),
            Commands = Front.Metrics.Commands(),
            Keyspace = new KeyspaceReport
            {
                Keys = store.Count,
                KeysWithTtl = store.Cells.Sum(c => c.Shard.Table.TtlCount),
                Hits = totals.Hits,
                Misses = totals.Misses,
                Evicted = totals.Evicted,
                Expired = totals.Expired,
            },
            Memory = ProcessReport.Memory(options, store.Memory.UsedBytes, store.Memory.PeakBytes, store.Memory.BudgetBytes),
            Connections = Front.Metrics.Connections(options.MaxClients),
            Journal = JournalReport(options),
            Snapshot = SnapshotReport(),
            Recovery = RecoveryReport(),
            Shards = [.. store.Cells.Where(c => store.SlotsOf(c.Shard.Id.Value) > 0 || c.Shard.Table.Count > 0)
                .Select(c => new ShardReport(
                    c.Shard.Id.Value, c.Shard.Table.Count, c.Shard.Table.UsedBytes, c.Shard.Lsn.Value, store.SlotsOf(c.Shard.Id.Value)))],
            Links = Links?.Report(),
            Rebalance = RebalanceReport(),
        };
    }

    private JournalReport? JournalReport(ServerOptions options)
    {
        if (store.Journal is not { } journal) return null;
        JournalCounters counters = journal.Counters;
        (int segments, long bytes) = journal.Segments;
        return new JournalReport
        {
            Fsync = options.Fsync switch { Durability.Always => "always", Durability.No => "no", _ => "everysec" },
            BytesWritten = counters.BytesWritten,
            RecordsWritten = counters.Records,
            Flushes = counters.Flushes,
            FlushTotalSeconds = counters.FlushTotal.TotalSeconds,
            FlushMaxSeconds = counters.FlushMax.TotalSeconds,
            LastFlushAgeSeconds = counters.LastFlushAtMs == 0 ? null : Math.Max(0, (store.NowMs - counters.LastFlushAtMs) / 1000.0),
            PendingBytes = Math.Max(0, journal.Appended.Value - journal.Synced.Value),
            Segments = segments,
            SizeBytes = bytes,
            Failure = journal.Refusal,
        };
    }

    private SnapshotReport? SnapshotReport()
    {
        if (store.Snapshots is not { } snapshots) return null;
        SnapshotStatus status = snapshots.Status;
        bool has = status.LastOkMs > 0;
        return new SnapshotReport
        {
            Running = status.IsRunning,
            RunningSeconds = status.IsRunning ? Math.Max(0, (store.NowMs - status.StartedMs) / 1000) : null,
            Taken = status.Taken,
            Changes = snapshots.Changes,
            AgeSeconds = has ? Math.Max(0, (store.NowMs - status.LastOkMs) / 1000.0) : null,
            DurationSeconds = has ? status.LastDurationMs / 1000.0 : null,
            SizeBytes = has ? status.LastBytes : null,
            Failure = status.LastError,
        };
    }

    private RecoveryReport? RecoveryReport() => store.Recovery is not { } recovery ? null : new RecoveryReport
    {
        Running = false, // there is a host: recovery has ended; while it runs, WebPart answers
        DurationSeconds = recovery.Elapsed.TotalSeconds,
        Entries = recovery.Entries,
        Records = recovery.Records,
        TornBytes = recovery.TornBytes,
    };

    private RebalanceReport? RebalanceReport()
    {
        RebalanceStatus status = store.Rebalancer.Status;
        return status == RebalanceStatus.None ? null : new RebalanceReport
        {
            Running = status.IsRunning,
            FromShards = status.FromShards,
            ToShards = status.ToShards,
            SlotsMoved = status.SlotsMoved,
            SlotsToMove = status.SlotsToMove,
            KeysMoved = status.KeysMoved,
        };
    }
}
