using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>INFO orleanskv: what Redis has no name for.</summary>
internal static class InfoOwn
{
    public static void Write(InfoSource source, InfoText text)
    {
        MetricsReport report = source.Report;
        text.Line("orleanskv_version", report.Server.Version);
        text.Line("mode", report.Server.Mode);
        text.Line("state", report.Health.State);
        if (report.Health.Reason is { } reason) text.Line("state_reason", reason);
        text.Line("data_dir", report.Server.DataDir ?? "");
        text.Line("workers", report.Server.Workers);
        text.Line("monitors", source.Server.Monitors.Count);
        text.Line("shards", report.Shards.Count);
        if (report.Shards.Count > 0)
        {
            text.Line("shard_keys_min", report.Shards.Min(s => s.Keys));
            text.Line("shard_keys_max", report.Shards.Max(s => s.Keys));
        }

        if (report.Publish is { } publish)
        {
            text.Line("publish_queued_bytes", publish.QueuedBytes);
            text.Line("publish_dropped", publish.Dropped);
        }

        if (report.Rebalance is { } rebalance)
        {
            text.Line("rebalance_running", rebalance.Running);
            text.Line("rebalance", $"from={rebalance.FromShards},to={rebalance.ToShards},slots_moved={rebalance.SlotsMoved},"
                + $"slots_to_move={rebalance.SlotsToMove},keys_moved={rebalance.KeysMoved}");
        }

        if (report.Journal is { } journal) Journal(journal, text);
        if (report.Snapshot is { } snapshot) Snapshot(snapshot, text);
        if (report.Recovery is not { } recovery) return;
        text.Line("recovery_running", recovery.Running);
        text.Line("recovery_seconds", recovery.DurationSeconds, 3);
        text.Line("recovery_entries", recovery.Entries);
        text.Line("recovery_records", recovery.Records);
        text.Line("recovery_torn_bytes", recovery.TornBytes);
    }

    private static void Journal(JournalReport journal, InfoText text)
    {
        text.Line("journal_fsync", journal.Fsync);
        text.Line("journal_bytes_written", journal.BytesWritten);
        text.Line("journal_records_written", journal.RecordsWritten);
        text.Line("journal_flushes", journal.Flushes);
        text.Line("journal_flush_mean_ms", journal.FlushMeanSeconds * 1000, 3);
        text.Line("journal_flush_max_ms", journal.FlushMaxSeconds * 1000, 3);
        text.Line("journal_segments", journal.Segments);
        text.Line("journal_size_bytes", journal.SizeBytes);
        if (journal.Failure is { } failure) text.Line("journal_failure", failure);
    }

    private static void Snapshot(SnapshotReport snapshot, InfoText text)
    {
        text.Line("snapshot_running", snapshot.Running);
        text.Line("snapshots_taken", snapshot.Taken);
        if (snapshot.AgeSeconds is { } age) text.Line("snapshot_age_seconds", age, 1);
        if (snapshot.DurationSeconds is { } duration) text.Line("snapshot_duration_seconds", duration, 3);
        if (snapshot.SizeBytes is { } size) text.Line("snapshot_size_bytes", size);
        if (snapshot.Failure is { } failure) text.Line("snapshot_failure", failure);
    }
}
