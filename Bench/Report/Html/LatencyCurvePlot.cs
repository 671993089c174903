namespace OrleansKv.Bench.Report.Html;

/// <summary>The plot of latency against percentile, both logarithmic. No state; any thread.</summary>
internal static class LatencyCurvePlot
{
    private static readonly double[] Marks = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

    public static string Of(ServerReport[] servers)
    {
        var frame = new SvgFrame("Latency by percentile");
        PercentilePoint[] points = [.. servers.SelectMany(s => s.LatencyCurve).Where(p => p.Micros > 0)];
        if (points.Length == 0) return frame.ToString();
        double low = Math.Log10(points.Min(p => p.Micros)), high = Math.Log10(points.Max(p => p.Micros));
        (low, high) = (Math.Floor(low), Math.Max(Math.Ceiling(high), Math.Floor(low) + 1));
        double nines = Math.Max(points.Max(p => Nines(p.Percentile)), 1);
        for (double decade = low; decade <= high; decade++)
        {
            frame.GridY((decade - low) / (high - low), Numbers.Duration(Math.Pow(10, decade)));
            foreach (int step in decade < high && high - low <= 3 ? new[] { 2, 5 } : [])
                frame.GridY((decade + Math.Log10(step) - low) / (high - low), Numbers.Duration(step * Math.Pow(10, decade)));
        }

        foreach (double mark in Marks.Where(m => Nines(m) <= nines + 1e-9))
            frame.GridX(Nines(mark) / nines, Numbers.Text($"{mark}%"), line: true);
        frame.NameX("percentile");
        for (int s = 0; s < servers.Length; s++)
        {
            (double X, double Y)[] curve =
                [.. servers[s].LatencyCurve.Select(
                    p => (Nines(p.Percentile) / nines, (Math.Log10(Math.Max(p.Micros, 1e-3)) - low) / (high - low)))];
            frame.Line(s, faint: false, curve, System.Net.WebUtility.HtmlEncode(servers[s].Name));
            for (int i = 0; i < curve.Length; i++)
            {
                PercentilePoint p = servers[s].LatencyCurve[i];
                frame.Dot(s, curve[i].X, curve[i].Y, Numbers.Text($"{p.Percentile:0.#####}%: {Numbers.Duration(p.Micros)}"));
            }
        }

        return frame.ToString();
    }

    /// <summary>90 % is 1, 99 % is 2, 99.9 % is 3.</summary>
    private static double Nines(double percentile) => -Math.Log10(1 - (percentile / 100));
}
