using System.Globalization;
using System.Runtime.InteropServices;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// The sections, in Redis' order, ours last. Fields that make no sense here are there when a client or a dashboard is known to read
/// them, with the value of a server that never did such a thing.
/// </summary>
internal static class InfoSections
{
    public static readonly IReadOnlyList<InfoSection> All =
    [
        new("server", true, Server),
        new("clients", true, Clients),
        new("memory", true, Memory),
        new("persistence", true, InfoPersistence.Write),
        new("stats", true, InfoStats.Stats),
        new("replication", true, InfoReplication.Write),
        new("CPU", true, Cpu),
        new("modules", true, static (_, _) => { }),
        new("commandstats", false, InfoStats.Commands),
        new("errorstats", true, InfoStats.Errors),
        new("latencystats", false, InfoStats.Latencies),
        new("cluster", true, InfoCluster.Write),
        new("keyspace", true, Keyspace),
        new("orleanskv", true, InfoOwn.Write),
    ];

    private static void Server(InfoSource source, InfoText text)
    {
        ServerReport server = source.Report.Server;
        long uptime = (long)server.UptimeSeconds;
        text.Line("redis_version", ServerVersion.Redis);
        text.Line("redis_git_sha1", "00000000");
        text.Line("redis_git_dirty", "0");
        text.Line("redis_build_id", "0");
        text.Line("redis_mode", source.Server.Mode);
        text.Line("os", $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");
        text.Line("arch_bits", IntPtr.Size * 8);
        text.Line("monotonic_clock", "POSIX clock_gettime");
        text.Line("multiplexing_api", "epoll");
        text.Line("process_id", server.ProcessId);
        text.Line("process_supervised", "no");
        text.Line("run_id", source.Server.RunId);
        text.Line("tcp_port", server.Port);
        text.Line("server_time_usec", (source.Server.Time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 10);
        text.Line("uptime_in_seconds", uptime);
        text.Line("uptime_in_days", uptime / 86_400);
        text.Line("hz", 10);
        text.Line("configured_hz", 10);
        text.Line("lru_clock", source.Server.NowMs / 1000 & 0xFFFFFF);
        text.Line("executable", Environment.ProcessPath ?? "");
        text.Line("config_file", source.Server.Config.ConfigFile ?? "");
        text.Line("io_threads_active", server.Workers > 1);
    }

    private static void Clients(InfoSource source, InfoText text)
    {
        int blocked = source.Server.Sessions.Unordered.Count(s => s.Suspension is not null);
        text.Line("connected_clients", source.Server.Sessions.Count);
        text.Line("cluster_connections", 0);
        text.Line("maxclients", source.Server.MaxClients);
        text.Line("client_recent_max_input_buffer", source.Clients.LargestInputBytes);
        text.Line("client_recent_max_output_buffer", source.Clients.LargestOutputBytes);
        text.Line("blocked_clients", blocked);
        text.Line("tracking_clients", 0);
        text.Line("clients_in_timeout_table", blocked);
    }

    private static void Memory(InfoSource source, InfoText text)
    {
        MemoryReport memory = source.Report.Memory;
        long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        text.Bytes("used_memory", memory.UsedBytes);
        text.Bytes("used_memory_rss", memory.RssBytes);
        text.Bytes("used_memory_peak", Math.Max(memory.PeakBytes, memory.UsedBytes));
        text.Line("used_memory_peak_perc", Percent(memory.UsedBytes, Math.Max(memory.PeakBytes, memory.UsedBytes)));
        text.Line("used_memory_overhead", 0);
        text.Line("used_memory_startup", 0);
        text.Line("used_memory_dataset", memory.UsedBytes);
        text.Line("used_memory_dataset_perc", "100.00%");
        text.Line("allocator_allocated", memory.UsedBytes);
        text.Line("allocator_active", memory.UsedBytes);
        text.Line("allocator_resident", memory.RssBytes);
        text.Line("allocator_frag_ratio", 1, 2);
        text.Line("allocator_frag_bytes", 0);
        text.Line("allocator_rss_ratio", memory.UsedBytes == 0 ? 1 : (double)memory.RssBytes / memory.UsedBytes, 2);
        text.Line("allocator_rss_bytes", memory.RssBytes - memory.UsedBytes);
        text.Line("rss_overhead_ratio", 1, 2);
        text.Line("rss_overhead_bytes", 0);
        text.Bytes("total_system_memory", total);
        Scripts(text);
        text.Line("number_of_cached_scripts", 0);
        text.Line("number_of_functions", 0);
        text.Line("number_of_libraries", 0);
        text.Bytes("maxmemory", memory.BudgetBytes);
        text.Line("maxmemory_policy", memory.EvictionPolicy);
        text.Line("mem_fragmentation_ratio", memory.UsedBytes == 0 ? 1 : (double)memory.RssBytes / memory.UsedBytes, 2);
        text.Line("mem_fragmentation_bytes", memory.RssBytes - memory.UsedBytes);
        text.Line("mem_not_counted_for_evict", 0);
        text.Line("mem_replication_backlog", 0);
        text.Line("mem_total_replication_buffers", 0);
        text.Line("mem_cluster_links", 0);
        text.Line("mem_clients_slaves", 0);
        text.Line("mem_clients_normal", source.Clients.TotalBytes);
        text.Line("mem_aof_buffer", source.Report.Journal?.PendingBytes ?? 0);
        text.Line("mem_allocator", "orleanskv-pages");
        text.Line("active_defrag_running", 0);
        text.Line("lazyfree_pending_objects", 0);
        text.Line("lazyfreed_objects", 0);
        text.Line("gc_heap_bytes", memory.GcHeapBytes);
        text.Line("gc_allocated_bytes", memory.GcAllocatedBytes);
        text.Line("gc_collections", $"gen0={memory.Gen0Collections},gen1={memory.Gen1Collections},gen2={memory.Gen2Collections}");
    }

    // As a Redis would that never made its interpreter: there are no scripts here.
    private static void Scripts(InfoText text)
    {
        text.Line("used_memory_vm_eval", 0);
        text.Bytes("used_memory_lua", 0);
        text.Line("used_memory_scripts_eval", 0);
        text.Line("used_memory_vm_functions", 0);
        text.Bytes("used_memory_vm_total", 0);
        text.Line("used_memory_functions", 0);
        text.Bytes("used_memory_scripts", 0);
    }

    private static void Cpu(InfoSource source, InfoText text)
    {
        Environment.ProcessCpuUsage cpu = Environment.CpuUsage;
        text.Line("used_cpu_sys", cpu.PrivilegedTime.TotalSeconds, 6);
        text.Line("used_cpu_user", cpu.UserTime.TotalSeconds, 6);
        text.Line("used_cpu_sys_children", 0, 6);
        text.Line("used_cpu_user_children", 0, 6);
    }

    private static void Keyspace(InfoSource source, InfoText text)
    {
        KeyspaceReport keys = source.Report.Keyspace;
        if (keys.Keys > 0) text.Line("db0", $"keys={keys.Keys},expires={keys.KeysWithTtl},avg_ttl=0");
    }

    private static string Percent(long part, long whole) =>
        (whole == 0 ? 100 : 100.0 * part / whole).ToString("F2", CultureInfo.InvariantCulture) + "%";
}
