using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>INFO persistence: snapshots under Redis' rdb_ names, the journal under its aof_ names.</summary>
internal static class InfoPersistence
{
    public static void Write(InfoSource source, InfoText text)
    {
        JournalReport? journal = source.Report.Journal;
        SnapshotReport? snapshot = source.Report.Snapshot;
        bool running = snapshot?.Running ?? false;
        text.Line("loading", !source.Report.Health.Ready && source.Report.Health.State == "recovering");
        text.Line("async_loading", 0);
        text.Line("current_cow_peak", 0);
        text.Line("current_cow_size", 0);
        text.Line("current_cow_size_age", 0);
        text.Line("current_fork_perc", 0, 2);
        if (!running) Progress(text);
        text.Line("rdb_changes_since_last_save", snapshot?.Changes ?? 0);
        text.Line("rdb_bgsave_in_progress", running);
        text.Line("rdb_last_save_time", source.Snapshot.LastSavedUnixSeconds);
        text.Line("rdb_last_bgsave_status", source.Snapshot.Failure is null ? "ok" : "err");
        text.Line("rdb_last_bgsave_time_sec", snapshot?.DurationSeconds is { } seconds ? (long)seconds : -1);
        text.Line("rdb_current_bgsave_time_sec", snapshot?.RunningSeconds ?? -1);
        text.Line("rdb_saves", snapshot?.Taken ?? 0);
        text.Line("rdb_last_cow_size", 0);
        text.Line("rdb_last_load_keys_expired", 0);
        text.Line("rdb_last_load_keys_loaded", source.Report.Recovery?.Entries ?? 0);
        text.Line("aof_enabled", journal is not null);
        text.Line("aof_rewrite_in_progress", running);
        text.Line("aof_rewrite_scheduled", 0);
        text.Line("aof_last_rewrite_time_sec", snapshot?.DurationSeconds is { } rewrite ? (long)rewrite : -1);
        text.Line("aof_current_rewrite_time_sec", snapshot?.RunningSeconds ?? -1);
        text.Line("aof_last_bgrewrite_status", source.Snapshot.Failure is null ? "ok" : "err");
        text.Line("aof_rewrites", snapshot?.Taken ?? 0);
        text.Line("aof_rewrites_consecutive_failures", snapshot?.Failure is null ? 0 : 1); // at least
        text.Line("aof_last_write_status", journal?.Failure is null ? "ok" : "err");
        text.Line("aof_last_cow_size", 0);
        text.Line("module_fork_in_progress", 0);
        text.Line("module_fork_last_cow_size", 0);
        if (journal is null) return;
        text.Line("aof_current_size", journal.SizeBytes);
        text.Line("aof_base_size", snapshot?.SizeBytes ?? 0);
        text.Line("aof_pending_rewrite", 0);
        text.Line("aof_buffer_length", journal.PendingBytes);
        text.Line("aof_pending_bio_fsync", 0);
        text.Line("aof_delayed_fsync", 0);
    }

    // How far a snapshot is nobody counts: the lines are there only while none is taken.
    private static void Progress(InfoText text)
    {
        text.Line("current_save_keys_processed", 0);
        text.Line("current_save_keys_total", 0);
    }
}
