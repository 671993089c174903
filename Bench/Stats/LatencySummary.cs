namespace OrleansKv.Bench.Stats;

/// <summary>The figures that a report prints of one histogram, microseconds.</summary>
internal sealed record LatencySummary(
    long Count, double MeanMicros, double MinMicros, double P50Micros, double P95Micros, double P99Micros, double P999Micros,
    double MaxMicros)
{
    public static LatencySummary Of(LatencyHistogram histogram) => new(
        histogram.Count,
        histogram.MeanNs / 1000,
        histogram.Count == 0 ? 0 : histogram.MinNs / 1000.0,
        histogram.PercentileNs(50) / 1000.0,
        histogram.PercentileNs(95) / 1000.0,
        histogram.PercentileNs(99) / 1000.0,
        histogram.PercentileNs(99.9) / 1000.0,
        histogram.MaxNs / 1000.0);

    /// <summary>The median of each figure over the rounds; <see cref="Count"/> is their sum, min and max are over all.</summary>
    public static LatencySummary MedianOf(IReadOnlyList<LatencySummary> rounds) => new(
        rounds.Sum(r => r.Count),
        Spread.Of(rounds.Select(r => r.MeanMicros)).Median,
        rounds.Min(r => r.MinMicros),
        Spread.Of(rounds.Select(r => r.P50Micros)).Median,
        Spread.Of(rounds.Select(r => r.P95Micros)).Median,
        Spread.Of(rounds.Select(r => r.P99Micros)).Median,
        Spread.Of(rounds.Select(r => r.P999Micros)).Median,
        rounds.Max(r => r.MaxMicros));
}
