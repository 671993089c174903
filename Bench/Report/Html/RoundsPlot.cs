namespace OrleansKv.Bench.Report.Html;

/// <summary>The plot of each round's throughput as bars. No state; any thread.</summary>
internal static class RoundsPlot
{
    private const int MaxLabels = 16;
    private const double GroupFill = 0.72;

    public static string Of(ServerReport[] servers)
    {
        var frame = new SvgFrame("Requests a second of each round");
        int rounds = servers.Max(s => s.Rounds.Length);
        double[] ticks = AxisTicks.UpTo(Math.Max(servers.Max(s => s.RequestsPerSecond.Max), 1), 5);
        foreach (double tick in ticks) frame.GridY(tick / ticks[^1], Numbers.Short(tick));
        // A wide bar for few rounds looks like an area: none is wider than a twelfth of the plot.
        double group = 1.0 / rounds, bar = Math.Min(group * GroupFill / servers.Length, 1.0 / 12);
        for (int r = 0; r < rounds; r++) frame.GridX((r + 0.5) * group, Numbers.Text($"{r + 1}"), line: false);
        frame.NameX("round");
        for (int s = 0; s < servers.Length; s++)
        {
            foreach (RoundReport round in servers[s].Rounds)
            {
                double left = ((round.Round - 0.5) * group) + ((s - (servers.Length / 2.0)) * bar);
                frame.Bar(s, left, bar * 0.94, round.RequestsPerSecond / ticks[^1],
                    rounds * servers.Length <= MaxLabels ? Numbers.Short(round.RequestsPerSecond) : "",
                    Numbers.Text($"round {round.Round}: {round.RequestsPerSecond:n0} requests/s"));
            }

            frame.Median(s, servers[s].RequestsPerSecond.Median / ticks[^1]);
        }

        return frame.ToString();
    }
}
