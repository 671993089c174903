using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>MEMORY: what keys cost and where the memory is.</summary>
internal static class MemoryCommands
{
    /// <summary>Below this there is nothing to diagnose: Redis' own bound for DOCTOR, 5 MiB.</summary>
    private const long WorthDiagnosingBytes = 5 * 1024 * 1024;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("memory", "server", "4.0.0", "A container for memory diagnostics commands",
            SessionCommand.OfData("memory|usage"),
            Sub("stats", "Show memory usage details", Stats),
            Sub("doctor", "Outputs memory problems report", Doctor),
            Sub("purge", "Ask the allocator to release memory", Purge),
            Sub("malloc-stats", "Show allocator internal stats", MallocStats),
            SessionCommand.HelpOf("memory", "server", "4.0.0",
                "DOCTOR", "    Return memory problems reports.",
                "MALLOC-STATS", "    Return internal statistics report from the memory allocator.",
                "PURGE", "    Attempt to purge dirty pages for reclamation by the allocator.",
                "STATS", "    Return information about the memory usage of the server.",
                "USAGE <key> [SAMPLES <count>]", "    Return memory in bytes used by <key> and its value. Nested values are",
                "    sampled up to <count> times (default: 5, 0 means sample all).")),
    ];

    private static SessionCommand Sub(string name, string summary, SessionHandler run) =>
        SessionCommand.Of("memory|" + name, 2, None, "server", "4.0.0", summary, "", run);

    // The fields of Redis' reply in its order, and the collector's heap. What Redis lists a database or an interpreter at a time is not
    // there.
    private static void Stats(Session session, in ArgList args)
    {
        MetricsReport report = session.Server.Control.Numbers.Collect();
        MemoryReport memory = report.Memory;
        long keys = report.Keyspace.Keys;
        ReplyWriter reply = session.Output;
        reply.Map(28);
        Integer(reply, "peak.allocated", memory.PeakBytes);
        Integer(reply, "total.allocated", memory.UsedBytes);
        Integer(reply, "startup.allocated", 0);
        Integer(reply, "replication.backlog", 0);
        Integer(reply, "clients.slaves", 0);
        Integer(reply, "clients.normal", ClientsMemory.Of(session.Server.Sessions).TotalBytes);
        Integer(reply, "cluster.links", 0);
        Integer(reply, "aof.buffer", report.Journal?.PendingBytes ?? 0);
        Integer(reply, "lua.caches", 0);
        Integer(reply, "functions.caches", 0);
        Integer(reply, "overhead.total", 0);
        Integer(reply, "keys.count", keys);
        Integer(reply, "keys.bytes-per-key", keys == 0 ? 0 : memory.UsedBytes / keys);
        Integer(reply, "dataset.bytes", memory.UsedBytes);
        Number(reply, "dataset.percentage", 100);
        Number(reply, "peak.percentage", memory.PeakBytes == 0 ? 100 : 100.0 * memory.UsedBytes / memory.PeakBytes);
        Integer(reply, "allocator.allocated", memory.UsedBytes);
        Integer(reply, "allocator.active", memory.UsedBytes);
        Integer(reply, "allocator.resident", memory.RssBytes);
        Number(reply, "allocator-fragmentation.ratio", 1);
        Integer(reply, "allocator-fragmentation.bytes", 0);
        Number(reply, "allocator-rss.ratio", memory.UsedBytes == 0 ? 1 : (double)memory.RssBytes / memory.UsedBytes);
        Integer(reply, "allocator-rss.bytes", memory.RssBytes - memory.UsedBytes);
        Number(reply, "rss-overhead.ratio", 1);
        Integer(reply, "rss-overhead.bytes", 0);
        Integer(reply, "gc.heap", memory.GcHeapBytes);
        Number(reply, "fragmentation", memory.UsedBytes == 0 ? 1 : (double)memory.RssBytes / memory.UsedBytes);
        Integer(reply, "fragmentation.bytes", memory.RssBytes - memory.UsedBytes);
    }

    private static void Integer(ReplyWriter reply, string name, long value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }

    private static void Number(ReplyWriter reply, string name, double value)
    {
        reply.Bulk(name);
        reply.Double(Encoding.ASCII.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static void Doctor(Session session, in ArgList args)
    {
        MetricsReport report = session.Server.Control.Numbers.Collect();
        MemoryReport memory = report.Memory;
        if (memory.UsedBytes < WorthDiagnosingBytes)
        {
            session.Output.Verbatim("Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in "
                + "these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back "
                + "to our programming as soon as I finished rebooting.\n");
            return;
        }

        var text = new StringBuilder();
        if (memory.PeakBytes > memory.UsedBytes * 3 / 2)
        {
            text.Append(" * Peak memory: In the past this instance used more than 150% the memory that is currently using. Freed pages "
                + "are kept for the next keys.\n\n");
        }

        if (memory.BudgetBytes > 0 && memory.UsedBytes > memory.BudgetBytes * 9 / 10)
        {
            text.Append(" * Memory budget: more than 90% of maxmemory is in use. Keys are evicted by ").Append(memory.EvictionPolicy)
                .Append(", or writes refused, when it is reached.\n\n");
        }

        if (memory.RssBytes > memory.UsedBytes * 2)
        {
            text.Append(" * Resident memory: the process holds more than twice what keys and values take; the garbage collector's heap is ")
                .Append(memory.GcHeapBytes.ToString(CultureInfo.InvariantCulture))
                .Append(" bytes. MEMORY PURGE gives back what it can.\n\n");
        }

        session.Output.Verbatim(text.Length == 0
            ? "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on this base.\n"
            : "Sam, I detected a few issues in this instance memory implants:\n\n" + text
            + "I'm here to keep you safe, Sam. I want to help you.\n");
    }

    // The collector decides whether it is worth it; keys and values do not live in its heap.
    private static void Purge(Session session, in ArgList args)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Optimized, blocking: false);
        session.Output.Ok();
    }

    private static void MallocStats(Session session, in ArgList args)
    {
        MemoryReport memory = session.Server.Control.Numbers.Collect().Memory;
        session.Output.Verbatim(string.Create(CultureInfo.InvariantCulture,
            $"Keys, values and indexes live in pages outside the garbage collector's heap: {memory.UsedBytes} bytes.\nGarbage collector: "
                + $"heap {memory.GcHeapBytes} bytes, collections gen0={memory.Gen0Collections} gen1={memory.Gen1Collections} "
                + $"gen2={memory.Gen2Collections}.\nResident: {memory.RssBytes} bytes.\n"));
    }
}
