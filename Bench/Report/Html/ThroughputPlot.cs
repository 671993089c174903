namespace OrleansKv.Bench.Report.Html;

/// <summary>The plot of requests a second over the time of a round. No state; any thread.</summary>
internal static class ThroughputPlot
{
    public static string Of(ServerReport[] servers)
    {
        var frame = new SvgFrame("Requests a second over time");
        RoundReport[] rounds = [.. servers.SelectMany(s => s.Rounds)];
        double[] ticks = AxisTicks.UpTo(rounds.SelectMany(r => r.SeriesRequestsPerSecond).DefaultIfEmpty(1).Max(), 5);
        double maxSeconds = Math.Max(rounds.Max(r => r.SeriesRequestsPerSecond.Length * r.SeriesIntervalSeconds), 0.001);
        foreach (double tick in ticks) frame.GridY(tick / ticks[^1], Numbers.Short(tick));
        foreach (double tick in AxisTicks.Within(maxSeconds, 8))
            frame.GridX(tick / maxSeconds, Numbers.Text($"{tick:0.####}"), line: false);
        frame.NameX("seconds of the round");
        for (int s = 0; s < servers.Length; s++)
        {
            RoundReport middle = servers[s].Rounds.MinBy(r => Math.Abs(r.RequestsPerSecond - servers[s].RequestsPerSecond.Median))!;
            // The strong line last, so that it lies on top.
            foreach (RoundReport round in servers[s].Rounds.OrderBy(r => r == middle))
            {
                // A value stands for an interval: it is drawn at the interval's middle.
                frame.Line(s, round != middle,
                    [.. round.SeriesRequestsPerSecond.Select(
                        (v, i) => ((i + 0.5) * round.SeriesIntervalSeconds / maxSeconds, v / ticks[^1]))],
                    Numbers.Text($"round {round.Round}: {round.RequestsPerSecond:n0} requests/s"));
            }
        }

        return frame.ToString();
    }
}
