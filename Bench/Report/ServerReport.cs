using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

/// <summary>One server's rounds and what they come to. Immutable; any thread.</summary>
internal sealed record ServerReport
{
    public required string Name { get; init; }
    public required string Address { get; init; }

    /// <summary>As INFO names it, such as "redis 7.0.15"; empty if it does not say.</summary>
    public required string Software { get; init; }
    public required Spread RequestsPerSecond { get; init; }

    /// <summary>The median over the rounds of each figure (min and max: over all).</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>Of all rounds together.</summary>
    public required PercentilePoint[] LatencyCurve { get; init; }
    public required RoundReport[] Rounds { get; init; }
    public required string[] ErrorSamples { get; init; }
    public required string? WrongValueSample { get; init; }

    public static ServerReport Of(
        string name, ServerAddress address, string software, IReadOnlyList<(LoadResult Result, int Place)> rounds, int threads)
    {
        var all = new LatencyHistogram();
        foreach ((LoadResult result, _) in rounds) all.Add(result.All);
        RoundReport[] reports = [.. rounds.Select((r, i) => RoundReport.Of(r.Result, i + 1, r.Place, threads))];
        return new ServerReport
        {
            Name = name,
            Address = address.ToString(),
            Software = software,
            RequestsPerSecond = Spread.Of(reports.Select(r => r.RequestsPerSecond)),
            Latency = LatencySummary.MedianOf([.. reports.Select(r => r.Latency)]),
            LatencyCurve = PercentilePoint.CurveOf(all),
            Rounds = reports,
            ErrorSamples = [.. rounds.SelectMany(r => r.Result.ErrorSamples).Distinct().Take(5)],
            WrongValueSample = rounds.Select(r => r.Result.WrongValueSample).FirstOrDefault(s => s is not null),
        };
    }
}
