using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Report;
using OrleansKv.Bench.Report.Html;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>The plot of answered operations a second, with a bar for each fault. No state; any thread.</summary>
internal static class TimelinePlot
{
    private const double IntervalSeconds = 0.5;

    public static string Of(HistoriesResult result)
    {
        var frame = new SvgFrame("Answered operations a second, and faults");
        double seconds = Math.Max(result.Duration.TotalSeconds, IntervalSeconds);
        var rates = new double[(int)Math.Ceiling(seconds / IntervalSeconds)];
        foreach (RecordedOperation o in result.Operations.Where(o => o.Outcome == OperationOutcome.Done && o.Returned < result.Duration))
            rates[(int)(o.Returned.TotalSeconds / IntervalSeconds)] += 1 / IntervalSeconds;
        double[] ticks = AxisTicks.UpTo(Math.Max(rates.Max(), 1), 5);
        foreach (double tick in ticks) frame.GridY(tick / ticks[^1], Numbers.Short(tick));
        foreach (double tick in AxisTicks.Within(seconds, 10)) frame.GridX(tick / seconds, Numbers.Text($"{tick:0.#}"), line: false);
        frame.NameX("seconds since the traffic began; bars: from a fault until the node answers again");
        foreach (Fault fault in result.Faults)
        {
            double began = fault.Began.TotalSeconds;
            double width = (fault.Answered.TotalSeconds - began) / seconds;
            frame.Span(1, began / seconds, width, Numbers.Text($"{fault.Kind} of {fault.Node} at {began:0.0} s"));
        }

        (double, double)[] points = [.. rates.Select((r, i) => ((i + 0.5) * IntervalSeconds / seconds, r / ticks[^1]))];
        frame.Line(0, faint: false, points, "answered a second");
        return frame.ToString();
    }
}
