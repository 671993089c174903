using System.Globalization;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// The lines that measure as a newcomer does: redis-benchmark beside the server, nothing pinned but that all share the same two CPUs,
/// defaults on both servers. Thread: the main one.
/// </summary>
internal sealed class UnpinnedBars : IBarGroup
{
    private const double Limit = 1.0;

    // For the first, unmeasured run, which finds out how many requests take the seconds of a round.
    private const long FirstRequestsPerSecond = 20_000;

    private static readonly string[] Tests = ["SET", "GET"];

    public IReadOnlyList<string> Names { get; } = [.. Tests.SelectMany(t => new[] { NameOf(t), NameOf(t) + "-p95", NameOf(t) + "-p99" })];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var pair = ServerPair.Start(context, Durability.Off, isPinned: false);
        long first = (long)Math.Max(1000, FirstRequestsPerSecond * context.Options.WarmupSeconds);
        double rate = pair.Servers.Average(s => RedisBenchmark.Run(context, s, first).Average(r => r.RequestsPerSecond));
        long requests = (long)Math.Max(1000, rate * context.Options.Seconds);
        var rounds = new IReadOnlyList<RedisBenchmarkResult>[2][];
        rounds[0] = new IReadOnlyList<RedisBenchmarkResult>[context.Options.Rounds];
        rounds[1] = new IReadOnlyList<RedisBenchmarkResult>[context.Options.Rounds];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                rounds[s][round] = RedisBenchmark.Run(context, pair.Servers[s], requests);
                foreach (RedisBenchmarkResult r in rounds[s][round])
                {
                    string at = string.Create(CultureInfo.InvariantCulture,
                        $"{NameOf(r.Test)} {round + 1}/{context.Options.Rounds} {pair.Servers[s].Name,-6}");
                    context.Tell(string.Create(CultureInfo.InvariantCulture,
                        $"{at} {r.RequestsPerSecond,11:n0} requests/s, p95 {r.P95Ms:0.000} ms, p99 {r.P99Ms:0.000} ms"));
                }
            }
        }

        return Tests.SelectMany(test => ResultsOf(test, context, rounds)).Where(r => context.Options.Wants(r.Name));
    }

    private static IEnumerable<BarResult> ResultsOf(string test, BarsContext context, IReadOnlyList<RedisBenchmarkResult>[][] rounds)
    {
        string what = string.Create(CultureInfo.InvariantCulture,
            $"{test}, {context.Options.Connections} connections, pipeline 1, persistence off, redis-benchmark beside the server, unpinned");
        double[][] Of(Func<RedisBenchmarkResult, double> figure) =>
            [.. rounds.Select(server => server.Select(r => figure(RowOf(test, r))).ToArray())];
        double[][] rates = Of(r => r.RequestsPerSecond), p95 = Of(r => r.P95Ms), p99 = Of(r => r.P99Ms);
        yield return BarResult.AtLeast(NameOf(test), what, "requests/s", Limit, rates[0], rates[1]);
        yield return BarResult.AtMost(NameOf(test) + "-p95", "its p95", "ms", Limit, p95[0], p95[1]);
        yield return BarResult.AtMost(NameOf(test) + "-p99", "its p99", "ms", Limit, p99[0], p99[1]);
    }

    private static RedisBenchmarkResult RowOf(string test, IReadOnlyList<RedisBenchmarkResult> rows) =>
        rows.FirstOrDefault(r => r.Test == test) ?? throw new BenchException($"redis-benchmark reported no {test}.");

    private static string NameOf(string test) => "unpinned-" + test.ToLowerInvariant();
}
