using System.Globalization;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.PubSub;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>INFO stats, commandstats, errorstats and latencystats.</summary>
internal static class InfoStats
{
    public static void Stats(InfoSource source, InfoText text)
    {
        ThroughputReport throughput = source.Report.Throughput;
        ConnectionReport connections = source.Report.Connections;
        KeyspaceReport keys = source.Report.Keyspace;
        text.Line("total_connections_received", connections.Accepted);
        text.Line("total_commands_processed", throughput.CommandsTotal);
        text.Line("instantaneous_ops_per_sec", (long)throughput.OpsPerSecond);
        text.Line("total_net_input_bytes", connections.BytesIn);
        text.Line("total_net_output_bytes", connections.BytesOut);
        text.Line("total_net_repl_input_bytes", 0);
        text.Line("total_net_repl_output_bytes", 0);
        text.Line("instantaneous_input_kbps", throughput.BytesInPerSecond / 1024, 2);
        text.Line("instantaneous_output_kbps", throughput.BytesOutPerSecond / 1024, 2);
        text.Line("instantaneous_input_repl_kbps", 0, 2);
        text.Line("instantaneous_output_repl_kbps", 0, 2);
        text.Line("rejected_connections", connections.Rejected);
        text.Line("sync_full", 0);
        text.Line("sync_partial_ok", 0);
        text.Line("sync_partial_err", 0);
        text.Line("expired_keys", keys.Expired);
        text.Line("expired_stale_perc", 0, 2);
        text.Line("expired_time_cap_reached_count", 0);
        text.Line("evicted_keys", keys.Evicted);
        text.Line("evicted_clients", 0);
        text.Line("keyspace_hits", keys.Hits);
        text.Line("keyspace_misses", keys.Misses);
        text.Line("pubsub_channels", source.Server.PubSub.Count(PubSubKind.Channel));
        text.Line("pubsub_patterns", source.Server.PubSub.Count(PubSubKind.Pattern));
        text.Line("pubsubshard_channels", source.Server.PubSub.Count(PubSubKind.Shard));
        text.Line("latest_fork_usec", 0);
        text.Line("total_forks", 0);
        text.Line("migrate_cached_sockets", 0);
        text.Line("slave_expires_tracked_keys", 0);
        text.Line("active_defrag_hits", 0);
        text.Line("active_defrag_misses", 0);
        text.Line("active_defrag_key_hits", 0);
        text.Line("active_defrag_key_misses", 0);
        text.Line("total_active_defrag_time", 0);
        text.Line("current_active_defrag_time", 0);
        text.Line("tracking_total_keys", 0);
        text.Line("tracking_total_items", 0);
        text.Line("tracking_total_prefixes", 0);
        bool areThreaded = source.Report.Server.Workers > 1;
        text.Line("total_reads_processed", connections.Reads);
        text.Line("total_writes_processed", connections.Writes);
        text.Line("io_threaded_reads_processed", areThreaded ? connections.Reads : 0);
        text.Line("io_threaded_writes_processed", areThreaded ? connections.Writes : 0);
        text.Line("reply_buffer_shrinks", 0);
        text.Line("reply_buffer_expands", 0);
        text.Line("unexpected_error_replies", 0);
        text.Line("total_error_replies", source.Server.Metrics.Errors.Total);
        text.Line("dump_payload_sanitizations", 0);
        text.Line("client_output_buffer_limit_disconnections", source.Server.Sessions.CutOff);
    }

    public static void Commands(InfoSource source, InfoText text)
    {
        foreach (CommandReport command in source.Report.Commands)
        {
            text.Line("cmdstat_" + command.Name, string.Create(CultureInfo.InvariantCulture,
                $"calls={command.Calls},usec={(long)command.TotalUs},usec_per_call={command.MeanUs:F2},"
                    + $"rejected_calls={command.Rejected},failed_calls={command.Failed}"));
        }
    }

    public static void Errors(InfoSource source, InfoText text)
    {
        foreach ((string code, long count) in source.Server.Metrics.Errors.Read())
        {
            text.Line("errorstat_" + code, string.Create(CultureInfo.InvariantCulture, $"count={count}"));
        }
    }

    public static void Latencies(InfoSource source, InfoText text)
    {
        foreach (CommandReport command in source.Report.Commands)
        {
            if (command.Calls == 0) continue;
            text.Line("latency_percentiles_usec_" + command.Name, string.Create(CultureInfo.InvariantCulture,
                $"p50={command.P50Us:F3},p99={command.P99Us:F3},p99.9={command.P999Us:F3}"));
        }
    }
}
