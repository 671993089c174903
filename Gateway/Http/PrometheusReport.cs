using System.Globalization;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Http;

/// <summary>The report as Prometheus families: base units (seconds, bytes), one name a family. Pure.</summary>
internal static class PrometheusReport
{
    /// <summary>
    /// Histogram bounds: each power of two from 2^10 ns (1.02 us) to 2^34 ns (17 s), where our buckets begin, so counts are exact.
    /// </summary>
    private const int FirstBound = 10;
    private const int LastBound = 34;

    private static readonly double[] Quantiles = [0.5, 0.95, 0.99, 0.999];

    public static string Write(MetricsReport report, bool openMetrics)
    {
        var text = new PrometheusText(openMetrics);
        Server(text, report);
        if (report.Recovery is { Running: true } progress)
        {
            // What the store counts is not known yet: absent, rather than a 0 that an alert would believe.
            Recovery(text, progress);
            return text.Finish();
        }

        if (report.Cluster is { } cluster) PrometheusCluster.Write(text, cluster);
        if (report.Links is { } links) PrometheusReplication.Write(text, links);
        if (report.Replication is { } replication) PrometheusReplication.Write(text, replication);

        Commands(text, report.Commands);
        Keyspace(text, report.Keyspace);
        Memory(text, report.Memory);
        Connections(text, report.Connections);
        if (report.Publish is { } publish) Publish(text, publish);
        if (report.Journal is { } journal) Journal(text, journal);
        if (report.Snapshot is { } snapshot) Snapshot(text, snapshot);
        if (report.Recovery is { } recovery) Recovery(text, recovery);
        Shards(text, report.Shards);
        if (report.Rebalance is { } rebalance) Rebalance(text, rebalance);
        return text.Finish();
    }

    private static void Server(PrometheusText text, MetricsReport report)
    {
        text.Begin("build_info", "gauge", "Always 1; version and mode are in the labels.");
        text.Sample("build_info", 1, ("version", report.Server.Version), ("mode", report.Server.Mode));
        text.Gauge("ready", "1 when commands are served, 0 while recovering, failed or stopping.", Flag(report.Health.Ready));
        text.Gauge("uptime_seconds", "Time since the process started.", report.Server.UptimeSeconds);
        text.Gauge("workers", "I/O threads.", report.Server.Workers);
        text.Counter("commands_processed_total", "Commands run.", report.Throughput.CommandsTotal);
        text.Gauge("operations_per_second", "Commands a second over the last sample.", report.Throughput.OpsPerSecond);
    }

    private static void Commands(PrometheusText text, IReadOnlyList<CommandReport> commands)
    {
        text.Begin("command_duration_seconds", "summary", "Time from parsed to answered, a command.");
        var all = new HistogramSnapshot();
        foreach (CommandReport command in commands)
        {
            foreach (double share in Quantiles)
            {
                text.Sample("command_duration_seconds", Seconds(command.Histogram.QuantileNs(share)), ("command", command.Name),
                    ("quantile", PrometheusText.Number(share)));
            }

            text.Sample("command_duration_seconds_sum", Seconds(command.Histogram.TotalNs), ("command", command.Name));
            text.Sample("command_duration_seconds_count", command.Calls, ("command", command.Name));
            all.Add(command.Histogram);
        }

        text.Begin("commands_failed_total", "counter", "Commands that ran and answered an error.");
        foreach (CommandReport command in commands) text.Sample("commands_failed_total", command.Failed, ("command", command.Name));
        text.Begin("commands_rejected_total", "counter", "Commands refused before they ran.");
        foreach (CommandReport command in commands) text.Sample("commands_rejected_total", command.Rejected, ("command", command.Name));

        text.Begin("request_duration_seconds", "histogram", "Time from parsed to answered, all commands.");
        for (int exponent = FirstBound; exponent <= LastBound; exponent++)
        {
            text.Sample("request_duration_seconds_bucket", all.CountBelowPowerOfTwo(exponent),
                ("le", PrometheusText.Number(Seconds(1L << exponent))));
        }

        text.Sample("request_duration_seconds_bucket", all.Count, ("le", "+Inf"));
        text.Sample("request_duration_seconds_sum", Seconds(all.TotalNs));
        text.Sample("request_duration_seconds_count", all.Count);
    }

    private static void Keyspace(PrometheusText text, KeyspaceReport keyspace)
    {
        text.Gauge("keys", "Keys.", keyspace.Keys);
        text.Gauge("keys_with_ttl", "Keys that will expire.", keyspace.KeysWithTtl);
        text.Counter("keyspace_hits_total", "Reads that found their key.", keyspace.Hits);
        text.Counter("keyspace_misses_total", "Reads that found no key.", keyspace.Misses);
        text.Counter("evictions_total", "Keys removed for the memory budget.", keyspace.Evicted);
        text.Counter("expirations_total", "Keys removed at their deadline.", keyspace.Expired);
    }

    private static void Memory(PrometheusText text, MemoryReport memory)
    {
        text.Gauge("memory_used_bytes", "Memory of keys, values and indexes, which the budget limits.", memory.UsedBytes);
        text.Gauge("memory_peak_bytes", "Most that it was.", memory.PeakBytes);
        text.Gauge("memory_budget_bytes", "The budget; 0 is unlimited.", memory.BudgetBytes);
        text.Gauge("memory_resident_bytes", "Resident set of the process.", memory.RssBytes);
        text.Gauge("memory_gc_heap_bytes", "Managed heap.", memory.GcHeapBytes);
        text.Counter("gc_allocated_bytes_total", "Managed bytes allocated since the start.", memory.GcAllocatedBytes);
        text.Begin("gc_collections_total", "counter", "Garbage collections, a generation.");
        text.Sample("gc_collections_total", memory.Gen0Collections, ("generation", "0"));
        text.Sample("gc_collections_total", memory.Gen1Collections, ("generation", "1"));
        text.Sample("gc_collections_total", memory.Gen2Collections, ("generation", "2"));
    }

    private static void Connections(PrometheusText text, ConnectionReport connections)
    {
        text.Gauge("connections", "Client connections.", connections.Current);
        text.Gauge("connections_max", "Most that are let in.", connections.MaxClients);
        text.Counter("connections_accepted_total", "Connections let in.", connections.Accepted);
        text.Counter("connections_rejected_total", "Connections turned away.", connections.Rejected);
        text.Counter("network_received_bytes_total", "Bytes from clients.", connections.BytesIn);
        text.Counter("network_sent_bytes_total", "Bytes to clients.", connections.BytesOut);
    }

    private static void Publish(PrometheusText text, PublishReport publish)
    {
        text.Gauge("publish_queued_bytes", "Published messages that other nodes have not taken yet.", publish.QueuedBytes);
        text.Counter("publish_dropped_total", "Published messages that another node did not get.", publish.Dropped);
    }

    private static void Journal(PrometheusText text, JournalReport journal)
    {
        text.Counter("journal_written_bytes_total", "Bytes written to the journal.", journal.BytesWritten);
        text.Counter("journal_records_total", "Records written to the journal.", journal.RecordsWritten);
        text.Begin("journal_flush_duration_seconds", "summary", "Time of a flush to the disk.");
        text.Sample("journal_flush_duration_seconds_sum", journal.FlushTotalSeconds);
        text.Sample("journal_flush_duration_seconds_count", journal.Flushes);
        text.Gauge("journal_flush_duration_max_seconds", "Longest flush.", journal.FlushMaxSeconds);
        text.Gauge("journal_last_flush_age_seconds", "Time since the last flush.", journal.LastFlushAgeSeconds);
        text.Gauge("journal_pending_bytes", "Bytes not yet flushed.", journal.PendingBytes);
        text.Gauge("journal_segments", "Segments on disk.", journal.Segments);
        text.Gauge("journal_size_bytes", "Bytes on disk.", journal.SizeBytes);
        text.Gauge("journal_failed", "1 when writes are refused because the journal failed.", Flag(journal.Failure is not null));
    }

    private static void Snapshot(PrometheusText text, SnapshotReport snapshot)
    {
        text.Gauge("snapshot_running", "1 while one is written.", Flag(snapshot.Running));
        text.Counter("snapshots_total", "Snapshots finished.", snapshot.Taken);
        text.Gauge("snapshot_age_seconds", "Time since the last one.", snapshot.AgeSeconds);
        text.Gauge("snapshot_last_duration_seconds", "Time the last one took.", snapshot.DurationSeconds);
        text.Gauge("snapshot_last_size_bytes", "Size of the last one.", snapshot.SizeBytes);
        text.Gauge("snapshot_failed", "1 when the last try failed.", Flag(snapshot.Failure is not null));
    }

    private static void Recovery(PrometheusText text, RecoveryReport recovery)
    {
        text.Gauge("recovery_running", "1 while the data is read from disk.", Flag(recovery.Running));
        text.Gauge("recovery_duration_seconds", "Time the start took to read it.", recovery.DurationSeconds);
        if (recovery.Running)
        {
            text.Gauge("recovery_read_bytes", "Bytes read so far.", recovery.ReadBytes);
            text.Gauge("recovery_total_bytes", "Bytes to read.", recovery.TotalBytes);
            return;
        }

        text.Gauge("recovery_entries", "Entries read from snapshots.", recovery.Entries);
        text.Gauge("recovery_records", "Records read from the journal.", recovery.Records);
        text.Gauge("recovery_torn_bytes", "Bytes cut off the journal's end.", recovery.TornBytes);
    }

    private static void Shards(PrometheusText text, IReadOnlyList<ShardReport> shards)
    {
        Family("shard_keys", "Keys of a shard.", s => s.Keys);
        Family("shard_memory_bytes", "Memory of a shard.", s => s.Bytes);
        Family("shard_lsn", "Last record of a shard.", s => s.Lsn);
        Family("shard_slots", "Slots of a shard.", s => s.Slots);

        void Family(string name, string help, Func<ShardReport, double> read)
        {
            text.Begin(name, "gauge", help);
            foreach (ShardReport shard in shards)
                text.Sample(name, read(shard), ("shard", shard.Id.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static void Rebalance(PrometheusText text, RebalanceReport rebalance)
    {
        text.Gauge("rebalance_running", "1 while shards are rebalanced.", Flag(rebalance.Running));
        text.Gauge("rebalance_slots_moved", "Slots moved by the last rebalance.", rebalance.SlotsMoved);
        text.Gauge("rebalance_slots_to_move", "Slots it has to move.", rebalance.SlotsToMove);
        text.Gauge("rebalance_keys_moved", "Keys it moved.", rebalance.KeysMoved);
    }

    private static double Flag(bool on) => on ? 1 : 0;

    private static double Seconds(long ns) => ns / 1e9;
}
