using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories.Faults;

namespace OrleansKv.Bench.Histories;

/// <summary>The command line of `histories`. Immutable; any thread.</summary>
internal sealed record HistoriesOptions
{
    public const string Usage = """
        Usage: histories --server PATH [options]
        Starts three silos with a copy of each shard in each, on free loopback ports; lets clients read and write a few keys while nodes are
        killed or paused; and checks that what they were told is linearizable, a key at a time. Exit code 0: it is; 1: it is not, or a node
        hangs (data and logs are kept); 3: too little has happened, or a history could not be decided.
        """;

    public static readonly OptionSpec[] Specs =
    [
        new("--server", "PATH", "the orleanskv-silo executable or .dll"),
        new("--server-args", "\"ARGS\"", "further arguments for each node, separated by spaces"),
        new("--fault", "NAME", "kill (SIGKILL of a node, which is started again), stop (SIGSTOP for up to 8 s),\n"
            + "all-kill (SIGKILL of all nodes), cut (nodes do not hear each other; needs root), mixed, none (kill)"),
        new("--network", null, "a network namespace for each node, which cut needs: mixed cuts then, too (root, iproute2)"),
        new("--core-error", "NAME", "an error of the replication core in all nodes (FAULT SET core-error): the run must find it"),
        new("--seed", "N", "of the faults and of the clients' choices; the processes have their own time (1)"),
        new("--operations", "N", "answered operations after which it ends (5000)"),
        new("--seconds", "SECONDS", "or time after which it ends (120)"),
        new("--clients", "N", "a connection each (6)"),
        new("--keys", "N", "used at a time: registers, appended values and counters in turn (8)"),
        new("--pause", "SECONDS", "between a fault and the next one (8)"),
        new("--data", "DIR", "where the temporary folder goes (the system's temporary folder)"),
        new("--report", "FILE.html", "write a page with a timeline"),
        new("--help", null, "this text"),
    ];

    public string Server { get; init; } = "";
    public string[] ServerArguments { get; init; } = [];
    public FaultChoice Fault { get; init; } = FaultChoice.Kill;

    /// <summary>An error that is put into the core of all nodes; null: none.</summary>
    public string? CoreError { get; init; }

    /// <summary>Each node has a network namespace of its own.</summary>
    public bool HasNetwork { get; init; }

    public int Seed { get; init; } = 1;
    public int Operations { get; init; } = 5_000;
    public double Seconds { get; init; } = 120;
    public int Clients { get; init; } = 6;
    public int Keys { get; init; } = 8;
    public double PauseSeconds { get; init; } = 8;
    public string DataFolder { get; init; } = "";
    public string? ReportPath { get; init; }

    /// <summary>
    /// A client's pause behind an operation, on average: so long that the operations last for three quarters of the time. The rest is
    /// for the times in which nothing is answered.
    /// </summary>
    public double ThinkMs => Clients * Seconds * 0.75 / Operations * 1000;

    public static HistoriesOptions Parse(ReadOnlySpan<string> args)
    {
        var reader = new ArgumentReader("histories", args, Specs);
        string fault = reader.OneOf("--fault", "kill", "kill", "stop", "all-kill", "cut", "mixed", "none");
        var options = new HistoriesOptions
        {
            Server = reader.Text("--server") ?? "",
            ServerArguments = (reader.Text("--server-args") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Fault = Enum.Parse<FaultChoice>(fault.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            HasNetwork = reader.Has("--network") || fault == "cut",
            CoreError = reader.Text("--core-error"),
            Seed = reader.Int("--seed", 1, 0, int.MaxValue),
            Operations = reader.Int("--operations", 5_000, 10, 10_000_000),
            Seconds = reader.Number("--seconds", 120, 1, 86_400),
            Clients = reader.Int("--clients", 6, 1, 64),
            Keys = reader.Int("--keys", 8, 1, 1_000),
            PauseSeconds = reader.Number("--pause", 8, 0, 3_600),
            DataFolder = reader.Text("--data") ?? Path.GetTempPath(),
            ReportPath = reader.Text("--report"),
        };
        if (options.Server.Length == 0) throw new UsageException("--server PATH is needed: the orleanskv-silo executable or .dll.");
        if (!File.Exists(options.Server)) throw new UsageException($"--server '{options.Server}': there is no such file.");
        if (!Directory.Exists(options.DataFolder)) throw new UsageException($"--data '{options.DataFolder}': there is no such folder.");
        return options;
    }
}
