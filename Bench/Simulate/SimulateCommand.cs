using System.Diagnostics;
using System.Globalization;
using OrleansKv.Bench.Cli;
using OrleansKv.Engine.Replication;
using OrleansKv.Simulation;
using OrleansKv.Simulation.Registers;
using OrleansKv.Simulation.Replication;

namespace OrleansKv.Bench.Simulate;

/// <summary>`simulate`: many seeds of the deterministic simulations. Ends with 1 when one finds a violation, and names its seed.</summary>
internal static class SimulateCommand
{
    private const string Usage = """
        Usage: simulate [options]
        Runs seeds of the replication core or of the control plane's registers under faults, and checks invariants and histories. A seed is
        the same run every time: one that finds a violation is run again with --first SEED --seeds 1.
        """;

    private const string QuorumReads = "quorum-reads";

    private static readonly OptionSpec[] Options =
    [
        new("--core", "NAME", "replication, flushes-late (acknowledges before it flushes, power is cut), applies-at-once (likewise, and "
            + "replicas apply what may be taken back), quorum-reads (reads are confirmed by a quorum, clocks run at 0.5 to 1.5 times the "
            + "speed and no lease is kept), registers (replication)"),
        new("--seeds", "N", "how many (10000)"),
        new("--first", "SEED", "the first one (1)"),
        new("--threads", "N", "seeds at a time (one a core)"),
        new("--trace", null, "shows what happens in each seed of a replication simulation"),
        new("--mutation", "NAME", "an error in the replication core, which must be found"),
        new("--help", null, "this text"),
    ];

    public static int Run(string[] args, CancellationToken cancel)
    {
        var reader = new ArgumentReader("simulate", args, Options);
        if (reader.Has("--help"))
        {
            Console.Write(HelpText.Of(Usage, Options));
            return 0;
        }

        string core = reader.OneOf("--core", "replication", "replication", "flushes-late", "applies-at-once", QuorumReads,
            "registers");
        Func<int, SimulationResult> run = RunOf(core, reader.Text("--mutation"), reader.Has("--trace"));
        int seeds = reader.Int("--seeds", 10_000, 1, int.MaxValue), first = reader.Int("--first", 1, 1, int.MaxValue - seeds);
        int threads = reader.Int("--threads", Environment.ProcessorCount, 1, 1024);
        var sum = new SimulationTotals();
        long started = Stopwatch.GetTimestamp();
        Parallel.For(first, first + seeds, new ParallelOptions { MaxDegreeOfParallelism = threads }, (seed, state) =>
        {
            if (cancel.IsCancellationRequested)
            {
                state.Stop();
                return;
            }

            SimulationResult result = run(seed);
            if (!sum.Add(result)) state.Stop();
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{core}: {sum.Seeds} seeds from {first} on in {seconds:0.0} s; {sum.Steps} steps "
            + $"({sum.Steps / seconds / threads:n0} a second a core), {sum.Operations} operations answered, {sum.Faults} faults, "
            + $"{sum.Undecided} histories too long to be decided"));
        Console.WriteLine(sum.Violation is { } found ? $"VIOLATION, seed {found.Seed}: {found.Violation}" : "no violation");
        return sum.Violation is null ? 0 : 1;
    }

    private static Func<int, SimulationResult> RunOf(string core, string? mutation, bool traces)
    {
        if (core == "registers") return seed => RegisterSimulation.Run(seed, new RegisterSimulationOptions());
        var options = new ReplicationSimulationOptions
        {
            FlushesAlways = core is "replication" or QuorumReads,
            AppliesAtOnce = core == "applies-at-once",
            ReadsByQuorum = core == QuorumReads,
        };
        if (core == QuorumReads) options = options with { ClockDrift = 0.5, Mutation = ReplicationMutation.NoLeaseWait };
        if (traces) options = options with { Trace = Console.WriteLine };
        if (mutation is not null)
        {
            string names = string.Join(", ", Enum.GetNames<ReplicationMutation>());
            if (!Enum.TryParse(mutation, ignoreCase: true, out ReplicationMutation error))
                throw new UsageException($"--mutation '{mutation}': must be one of {names}.");
            options = options with { Mutation = error };
        }

        return seed => ReplicationSimulation.Run(seed, options);
    }
}
