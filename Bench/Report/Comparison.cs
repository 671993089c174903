using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

/// <summary>
/// The first server's figures divided by the second's: throughput above 1 and latency below 1 are the first one's advantage.
/// </summary>
internal sealed record Comparison(
    string First, string Second, RatioOfRounds RequestsPerSecond, RatioOfRounds P50, RatioOfRounds P99, RatioOfRounds P999)
{
    public static Comparison Of(ServerReport first, ServerReport second)
    {
        return new Comparison(first.Name, second.Name, Ratio(r => r.RequestsPerSecond),
            Ratio(r => r.Latency.P50Micros), Ratio(r => r.Latency.P99Micros), Ratio(r => r.Latency.P999Micros));

        RatioOfRounds Ratio(Func<RoundReport, double> figure) =>
            RatioOfRounds.Of([.. first.Rounds.Select(figure)], [.. second.Rounds.Select(figure)]);
    }
}
