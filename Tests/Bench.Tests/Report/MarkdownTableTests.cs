using System.Text.RegularExpressions;
using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Tests.Report;

public sealed class MarkdownTableTests
{
    [Fact]
    public void Of_Bars_IsHeadingTableAndNotes()
    {
        string text = MarkdownTable.Of(Samples.Bars(
            BarResult.AtLeast("set-1", "SET", "1/s", 1.0, [10_000, 30_000, 20_000], [10_000, 10_000, 10_000]),
            BarResult.AtMost("memory", "100 B a key", "MB", 1.25, [12.5], [5], "with half the keys"),
            BarResult.Of("start", "from start to PING", "s", "at most 1 s", [0.25], [], null, pass: true)));
        Assert.Equal(
            """
            orleanskv 0.1.0 against redis 7.0.15, 2026-01-02; A <CPU>, 2 cores, An OS "12", .NET 10;
            servers on CPU 0, generator on CPU 1; medians of 3 alternating rounds of 1.5 s (least to greatest).

            | Name | What | Bar | Ours | Reference | Ratio | |
            |---|---|---|---|---|---|---|
            | set-1 | SET | at least 1.0x | 20,000 1/s (10,000 to 30,000) | 10,000 1/s (10,000 to 10,000) | 2.00x (1.00 to 3.00) | pass |
            | memory | 100 B a key | at most 1.25x | 12.5 MB (12.5 to 12.5) | 5.000 MB (5.000 to 5.000) | 2.50x (2.50 to 2.50) | **miss** |
            | start | from start to PING | at most 1 s | 0.250 s (0.250 to 0.250) | 0.000 s (0.000 to 0.000) |  | pass |

            - memory: with half the keys

            """.ReplaceLineEndings("\n"),
            text.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Of_AFailureWithPipesAndLines_StaysOneRowOfSevenCells()
    {
        string text = MarkdownTable.Of(Samples.Bars(BarResult.Failed("set-1", "cannot | connect\r\nto\nit")));
        string row = Assert.Single(text.Split('\n'), line => line.StartsWith("| set-1", StringComparison.Ordinal)).TrimEnd();
        Assert.Equal(@"| set-1 | cannot \| connect to it | | | | | **failed** |", row);
        Assert.Equal(8, Regex.Count(row, @"(?<!\\)\|"));
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(0.999, false)]
    public void AtLeast_PassesAtTheLimitItself(double ratio, bool pass) =>
        Assert.Equal(pass, BarResult.AtLeast("a", "", "", 1.0, [ratio * 1000], [1000]).Pass);

    [Theory]
    [InlineData(1.25, true)]
    [InlineData(1.2501, false)]
    public void AtMost_PassesAtTheLimitItself(double ratio, bool pass) =>
        Assert.Equal(pass, BarResult.AtMost("a", "", "", 1.25, [ratio * 10_000], [10_000]).Pass);
}
