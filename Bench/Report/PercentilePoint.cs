using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

/// <summary>One point of a latency curve, and which points a curve has. A plain value; any thread.</summary>
internal readonly record struct PercentilePoint(double Percentile, double Micros)
{
    /// <summary>Eight points for every factor of ten of what is left above, as far as there is a request to show.</summary>
    public static PercentilePoint[] CurveOf(LatencyHistogram histogram)
    {
        const int PerDecade = 8;
        var points = new List<PercentilePoint>();
        for (int i = 0; histogram.Count > 0; i++)
        {
            double above = Math.Pow(10, -(double)i / PerDecade);
            if (above * histogram.Count < 1 || i > 6 * PerDecade) break;
            double percentile = Math.Round(100 * (1 - above), 6);
            points.Add(new PercentilePoint(percentile, histogram.PercentileNs(percentile) / 1000.0));
        }

        return [.. points];
    }
}
