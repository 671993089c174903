using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>The command line of `load`: names, defaults, legal ranges, and combinations that make no sense.</summary>
internal static class LoadOptionsParser
{
    /// <summary>A connection keeps one whole pipeline of requests in memory: this bounds it, 256 MiB.</summary>
    private const long MaxBatchBytes = 256L << 20;
    private const double DefaultDurationSeconds = 10;
    private const int DefaultCompareRounds = 5;

    public const string Usage = """
        Usage: load [options]
        Loads a server that speaks RESP (OrleansKv, Redis) with SET and GET, and reports throughput and latency.
        """;

    public static readonly OptionSpec[] Options =
    [
        new("--host", "HOST", "the server (127.0.0.1)"),
        new("--port", "PORT", "its port (9090)"),
        new("--auth", "PASSWORD", "sent as AUTH first"),
        new("--threads", "N", "threads that drive the connections (1)"),
        new("--connections", "N", "connections in total, shared among the threads (as many as threads)"),
        new("--pipeline", "N", "requests in flight on a connection; a closed loop sends N, awaits N, sends N (1)"),
        new("--requests", "N", "measured requests in total, over all connections, as redis-benchmark's -n"),
        new("--duration", "SECONDS", "measured time; with --requests the first to be reached ends the run\n(10 when neither is given)"),
        new("--warmup", "SECONDS", "load before the measured part, not counted (1)"),
        new("--command", "mix|set|get", "what to send (mix)"),
        new("--read-ratio", "0..1", "share of GETs in the mix (0.5)"),
        new("--keys", "N", "size of the key space (1000000)"),
        new("--key-size", "BYTES", "(16)"),
        new("--value-size", "BYTES", "(64)"),
        new("--ttl", "SECONDS", "SET with EX SECONDS (none)"),
        new("--hotspot", "0..1", "this share of the keys gets 80 % of the requests, the others share 20 %;\n0: all alike (0)"),
        new("--rate", "N", "requests a second in total, open loop: latency counts from when a request was due\n(closed loop)"),
        new("--seed", "N", "of the choice of keys and commands (1)"),
        new("--fill", null, "SET every key once before the measured rounds"),
        new("--scenario", "load|idle", "idle: open the connections, PING each, hold them for --duration, PING again (load)"),
        new("--compare", "HOST:PORT", "the same load on a second server, in alternating rounds; reports first / second"),
        new("--rounds", "N", "rounds a server; medians are reported (1; with --compare 5)"),
        new("--output", "FILE.json", "write everything as JSON, and a report with plots as FILE.html beside it"),
        new("--html", "FILE.html", "write the self-contained report with plots here instead"),
        new("--quiet", null, "no progress bar, and only one line of result"),
        new("--help", null, "this text"),
    ];

    public static LoadOptions Parse(ReadOnlySpan<string> args)
    {
        var reader = new ArgumentReader("load", args, Options);
        string? compare = reader.Text("--compare");
        int threads = reader.Int("--threads", 1, 1, 1024);
        bool limited = reader.Has("--requests") || reader.Has("--duration");
        var options = new LoadOptions
        {
            Server = new ServerAddress(reader.Text("--host") ?? "127.0.0.1", reader.Int("--port", 9090, 1, 65535)),
            Compare = compare is null ? null : ServerAddress.Parse("--compare", compare),
            Password = reader.Text("--auth"),
            IdleScenario = reader.OneOf("--scenario", "load", "load", "idle") == "idle",
            Threads = threads,
            Connections = reader.Int("--connections", threads, 1, 60_000),
            Pipeline = reader.Int("--pipeline", 1, 1, 10_000),
            Requests = reader.Has("--requests") ? reader.Long("--requests", 0, 1, 1_000_000_000_000) : null,
            DurationSeconds = reader.Has("--duration") || !limited
                ? reader.Number("--duration", DefaultDurationSeconds, 0.1, 86_400)
                : null,
            WarmupSeconds = reader.Number("--warmup", 1, 0, 3600),
            Mix = Enum.Parse<CommandMix>(reader.OneOf("--command", "mix", "mix", "set", "get"), ignoreCase: true),
            ReadRatio = reader.Number("--read-ratio", 0.5, 0, 1),
            Keys = reader.Long("--keys", 1_000_000, 1, 1_000_000_000),
            KeySize = reader.Int("--key-size", 16, 1, 65_536),
            ValueSize = reader.Int("--value-size", 64, 0, 64 << 20),
            TtlSeconds = reader.Long("--ttl", 0, 1, 100_000_000),
            Hotspot = reader.Number("--hotspot", 0, 0, 1),
            Rate = reader.Number("--rate", 0, 1, 100_000_000),
            Seed = reader.Long("--seed", 1, long.MinValue, long.MaxValue),
            Fill = reader.Has("--fill"),
            Rounds = reader.Int("--rounds", compare is null ? 1 : DefaultCompareRounds, 1, 1000),
            OutputPath = reader.Text("--output"),
            HtmlPath = reader.Text("--html") ?? HtmlBeside(reader),
            Quiet = reader.Has("--quiet"),
        };
        RefuseContradictions(options, reader);
        return options;
    }

    // Only beside a FILE.json: what is named otherwise (/dev/stdout) may be no file.
    private static string? HtmlBeside(ArgumentReader reader)
    {
        string? json = reader.OneOf("--scenario", "load", "load", "idle") == "load" ? reader.Text("--output") : null;
        return Path.GetExtension(json)?.ToLowerInvariant() == ".json" ? Path.ChangeExtension(json, ".html") : null;
    }

    private static void RefuseContradictions(LoadOptions options, ArgumentReader reader)
    {
        if (options.Connections < options.Threads)
        {
            throw new UsageException(
                $"--connections {options.Connections}: fewer than --threads {options.Threads}; a thread needs a connection to drive.");
        }

        int digits = RequestEncoder.DigitsOf(options.Keys);
        if (options.KeySize < digits)
        {
            throw new UsageException(
                $"--key-size {options.KeySize}: too short for --keys {options.Keys}, whose numbers have {digits} digits.");
        }

        if (reader.Has("--command") && options.Mix != CommandMix.Mix && reader.Has("--read-ratio"))
            throw new UsageException("--read-ratio: only the mix has one; leave out --command or --read-ratio.");
        if (options.Pipeline * (long)(options.KeySize + options.ValueSize + 128) > MaxBatchBytes)
        {
            throw new UsageException($"--pipeline {options.Pipeline}: with this --value-size a connection would hold more than "
                + $"{MaxBatchBytes >> 20} MiB of requests.");
        }

        if (options.Compare is not null && options.IdleScenario)
            throw new UsageException("--compare: the idle scenario takes one server.");
        if (options.IdleScenario && options.HtmlPath is not null)
            throw new UsageException("--html: the idle scenario has nothing to plot; use --output.");
    }
}
