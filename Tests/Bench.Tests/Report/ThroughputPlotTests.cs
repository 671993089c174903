using System.Text.RegularExpressions;
using OrleansKv.Bench.Report.Html;

namespace OrleansKv.Bench.Tests.Report;

/// <summary>A round of any length is seen.</summary>
public sealed class ThroughputPlotTests
{
    [Theory]
    [InlineData(20, 20)]
    [InlineData(300, 30)]
    [InlineData(2_000, 40)]
    [InlineData(60_000, 60)]
    public void Of_ARound_IsALineOfManyPoints(int elapsedMs, int points)
    {
        string svg = ThroughputPlot.Of([Samples.Server("a", Samples.Round(100_000, 50, elapsedMs: elapsedMs))]);
        string line = Assert.Single(Regex.Matches(svg, "<polyline[^>]* points=\"([^\"]*)\"")).Groups[1].Value;
        string[] drawn = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(points, drawn.Length);
        Assert.True(Left(drawn[0]) < SvgFrame.Left + 50 && Left(drawn[^1]) > SvgFrame.Right - 50, $"it does not span the plot: {line}");
        Assert.DoesNotContain("<circle", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RoundsOfOnePoint_AreCircles()
    {
        string svg = ThroughputPlot.Of([Samples.Server("a", Samples.Round(100, 50, elapsedMs: 1), Samples.Round(90, 50, elapsedMs: 1))]);
        Assert.Single(Regex.Matches(svg, "<circle class=\"f0\""));
        Assert.Single(Regex.Matches(svg, "<circle class=\"f0 faint\""));
        Assert.DoesNotContain("<polyline", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RoundsWithoutARequest_IsAnEmptyPlot() =>
        Assert.EndsWith("</svg>", ThroughputPlot.Of([Samples.Server("a", Samples.Round(0, 0))]), StringComparison.Ordinal);

    private static double Left(string point) => double.Parse(point.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
}
