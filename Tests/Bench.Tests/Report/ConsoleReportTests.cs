using System.Text.RegularExpressions;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Tests.Report;

/// <summary>The table fits 80 columns and its columns are apart, whatever the latencies.</summary>
public sealed class ConsoleReportTests
{
    [Theory]
    [InlineData(5, "5.0")]
    [InlineData(12_345, "12,3")]
    [InlineData(968_360, "968,")]
    [InlineData(1_000_000, "1.00s")]
    [InlineData(1_841_299, "1.84s")]
    [InlineData(59_000_000, "59.0")]
    public void TextOf_Latencies_StandApart(int micros, string shown)
    {
        string text = ConsoleReport.TextOf(Report(Samples.Round(2_000_000, micros), Samples.Round(1000, 10)), quiet: false);
        string[] lines = text.Split(Environment.NewLine);
        string[] rows = [.. lines.Where(l => Regex.IsMatch(l, "^(\\d|median )"))];
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.InRange(row.Length, 1, 79));
        Assert.All(rows, row => Assert.Equal(
            row.StartsWith("median", StringComparison.Ordinal) ? 8 : 9, row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("  " + shown, rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TextOf_JustBelowASecond_IsNotRoundedIntoTheNextColumn()
    {
        LoadReport report = Report(Samples.Round(1000, 10));
        LoadReport slow = report with { Servers =
            [report.Servers[0] with { Rounds =
                [report.Servers[0].Rounds[
                    0] with { Latency = new(1, 999_999.6, 999_999.6, 999_999.4, 999_999.6, 999_999.6, 999_999.6, 1e9) }] }] };
        Assert.Contains("  999,999    1.00s    1.00s    1.00s     1000s    1.00s", ConsoleReport.TextOf(slow, quiet: false),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TextOf_OneLine_NamesTheUnitOnce()
    {
        string text = ConsoleReport.TextOf(Report(Samples.Round(1000, 1_500_000)), quiet: true);
        Assert.Contains("p50 1.50s, p99 1.50s", text, StringComparison.Ordinal);
        Assert.Contains("p50 10.0 us", ConsoleReport.TextOf(Report(Samples.Round(1000, 10)), quiet: true), StringComparison.Ordinal);
    }

    [Fact]
    public void TextOf_SeveralRounds_SaysWhatTheMedianRowsMaxIs()
    {
        Assert.Contains(ConsoleReport.MedianRow, ConsoleReport.TextOf(Report(Samples.Round(10, 1), Samples.Round(10, 2)), quiet: false),
            StringComparison.Ordinal);
        Assert.DoesNotContain("edian", ConsoleReport.TextOf(Report(Samples.Round(10, 1)), quiet: false), StringComparison.Ordinal);
    }

    private static LoadReport Report(params LoadResult[] rounds) => Samples.Load(new LoadOptions(), Samples.Server("a", rounds));
}
