using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>The command line of `bars`. Immutable; any thread.</summary>
internal sealed record BarsOptions
{
    public const string Usage = """
        Usage: bars --server PATH [options]
        Starts this server and Redis as child processes on free loopback ports, pinned to one CPU, drives them from
        another, and measures every line of the performance table in alternating rounds. Prints a Markdown table;
        exit code 0 if every line passes, 1 if one misses or fails.
        """;

    public static readonly OptionSpec[] Specs =
    [
        new("--server", "PATH", "the orleanskv executable or .dll (or a redis-server with --server-kind redis)"),
        new("--server-kind", "orleanskv|silo|redis", "which flags --server takes (orleanskv); silo has lines of its own"),
        new("--server-args", "\"ARGS\"", "further arguments for --server, separated by spaces"),
        new("--redis", "PATH", "(redis-server)"),
        new("--redis-benchmark", "PATH", "the generator of the unpinned lines (redis-benchmark)"),
        new("--embedded", "PATH", "with --server-kind silo: compare with this embedded server instead of Redis"),
        new("--only", "NAMES", "these lines alone: names or beginnings of names, separated by commas; 'list' prints them"),
        new("--rounds", "N", "rounds a line; medians are reported (5)"),
        new("--seconds", "SECONDS", "measured time of a round (4)"),
        new("--warmup", "SECONDS", "load before each measured time (1)"),
        new("--connections", "N", "(50)"),
        new("--keys", "N", "key space of every line (1000000)"),
        new("--idle-connections", "N", "(10000)"),
        new("--snapshot-rate", "N", "requests a second of the open-loop snapshot lines (40000)"),
        new("--move-mib", "N", "size of the shard of the move line (2048)"),
        new("--server-cpu", "N", "the servers' CPU (0)"),
        new("--generator-cpu", "N", "this program's CPU; it restarts itself under taskset if it is not there (1)"),
        new("--data", "DIR", "where the temporary data folders go (the system's temporary folder)"),
        new("--output", "FILE.json", "write all figures as JSON"),
        new("--markdown", "FILE.md", "write the table to a file as well"),
        new("--help", null, "this text"),
    ];

    public string Server { get; init; } = "";
    public ServerKind Kind { get; init; }
    public string[] ServerArguments { get; init; } = [];
    public string Redis { get; init; } = "redis-server";
    public string RedisBenchmark { get; init; } = "redis-benchmark";

    /// <summary>Empty: the reference is Redis.</summary>
    public string Embedded { get; init; } = "";
    public string[] Only { get; init; } = [];
    public int Rounds { get; init; } = 5;
    public double Seconds { get; init; } = 4;
    public double WarmupSeconds { get; init; } = 1;
    public int Connections { get; init; } = 50;
    public long Keys { get; init; } = 1_000_000;
    public int IdleConnections { get; init; } = 10_000;
    public double SnapshotRate { get; init; } = 40_000;
    public int MoveMiB { get; init; } = 2048;
    public int ServerCpu { get; init; }
    public int GeneratorCpu { get; init; } = 1;
    public string DataFolder { get; init; } = "";
    public string? OutputPath { get; init; }
    public string? MarkdownPath { get; init; }

    /// <summary>Whether a line of this name was asked for.</summary>
    public bool Wants(string name) => Only.Length == 0 || Only.Any(o => name.StartsWith(o, StringComparison.Ordinal));

    public static BarsOptions Parse(ReadOnlySpan<string> args)
    {
        var reader = new ArgumentReader("bars", args, Specs);
        var options = new BarsOptions
        {
            Server = reader.Text("--server") ?? "",
            Kind = Enum.Parse<ServerKind>(reader.OneOf("--server-kind", "orleanskv", "orleanskv", "silo", "redis"), ignoreCase: true),
            ServerArguments = (reader.Text("--server-args") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Redis = reader.Text("--redis") ?? "redis-server",
            RedisBenchmark = reader.Text("--redis-benchmark") ?? "redis-benchmark",
            Embedded = reader.Text("--embedded") ?? "",
            Only = (reader.Text("--only") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Rounds = reader.Int("--rounds", 5, 1, 1000),
            Seconds = reader.Number("--seconds", 4, 0.1, 600),
            WarmupSeconds = reader.Number("--warmup", 1, 0, 600),
            Connections = reader.Int("--connections", 50, 1, 10_000),
            Keys = reader.Long("--keys", 1_000_000, 1000, 100_000_000),
            IdleConnections = reader.Int("--idle-connections", 10_000, 1, 25_000),
            SnapshotRate = reader.Number("--snapshot-rate", 40_000, 1, 10_000_000),
            MoveMiB = reader.Int("--move-mib", 2048, 1, 8192),
            ServerCpu = reader.Int("--server-cpu", 0, 0, 1023),
            GeneratorCpu = reader.Int("--generator-cpu", 1, 0, 1023),
            DataFolder = reader.Text("--data") ?? Path.GetTempPath(),
            OutputPath = reader.Text("--output"),
            MarkdownPath = reader.Text("--markdown"),
        };
        options.RefuseImpossible();
        return options;
    }

    private void RefuseImpossible()
    {
        if (Only is ["list"]) return;
        if (Server.Length == 0) throw new UsageException("--server PATH is needed: the orleanskv executable or .dll.");
        if (!File.Exists(Server) && Server.Contains('/')) throw new UsageException($"--server '{Server}': there is no such file.");
        if (Embedded.Length > 0 && (Kind != ServerKind.Silo || !File.Exists(Embedded)))
            throw new UsageException($"--embedded '{Embedded}': it must be the embedded server's program, and go with --server-kind silo.");
        if (!Directory.Exists(DataFolder)) throw new UsageException($"--data '{DataFolder}': there is no such folder.");
        if (ServerCpu == GeneratorCpu) throw new UsageException($"--server-cpu {ServerCpu}: must differ from --generator-cpu.");
        foreach (string only in Only)
        {
            if (!BarList.NamesFor(this).Any(n => n.StartsWith(only, StringComparison.Ordinal)))
            {
                throw new UsageException(
                    $"--only '{only}': no line has a name that begins so; there are {string.Join(", ", BarList.NamesFor(this))}.");
            }
        }
    }
}
