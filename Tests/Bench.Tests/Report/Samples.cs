using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Report;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Tests.Report;

/// <summary>Reports whose figures are made up and known.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly MachineInfo Machine = new("An OS \"12\"", "Unix 6", "A <CPU>", 2, "1", "4 GB", "0.1", ".NET 10");

    /// <summary>Requests of <paramref name="micros"/>, half of them reads, evenly over the time (two seconds).</summary>
    public static LoadResult Round(
        int requests, int micros, int misses = 0, int errors = 0, int unsent = 0, double cpuSeconds = 1, int elapsedMs = 2000)
    {
        var outcomes = new OutcomeCounts
        {
            [ReplyOutcome.Hit] = (requests / 2) - misses,
            [ReplyOutcome.Miss] = misses,
            [ReplyOutcome.Stored] = requests - (requests / 2) - errors,
            [ReplyOutcome.SetError] = errors,
        };
        LatencyHistogram reads = new(), writes = new(), all = new();
        var series = new ThroughputSeries();
        if (requests > 0)
        {
            reads.Record(micros * 1000L, requests / 2);
            writes.Record(micros * 1000L, requests - (requests / 2));
            for (int i = 0; i < requests; i++) series.Add(i * (elapsedMs * 1_000_000L) / requests, 1);
        }

        all.Add(reads);
        all.Add(writes);
        return new LoadResult
        {
            Outcomes = outcomes,
            WarmupErrors = 0,
            Unsent = unsent,
            RequestsPerSecond = requests * 1000.0 / elapsedMs,
            ElapsedNs = requests == 0 ? 0 : elapsedMs * 1_000_000L,
            Reads = reads,
            Writes = writes,
            All = all,
            InWindow = new LatencyHistogram(),
            Series = series,
            GeneratorCpuSeconds = cpuSeconds,
            AllocatedBytes = 0,
            ErrorSamples = errors > 0 ? ["OOM </script> \"full\""] : [],
            WrongValueSample = null,
        };
    }

    public static ServerReport Server(string name, params LoadResult[] rounds) =>
        ServerReport.Of(name, new ServerAddress("127.0.0.1", 9090), name, [.. rounds.Select((r, i) => (r, (i % 2) + 1))], threads: 1);

    public static LoadReport Load(LoadOptions options, params ServerReport[] servers) => LoadReport.Of(At, options, Machine, servers);

    public static BarsReport Bars(params BarResult[] results) =>
        new(At, "orleanskv 0.1.0", "redis 7.0.15", Machine, new BarsOptions { Rounds = 3, Seconds = 1.5 }, results);
}
