using System.Globalization;
using System.Text;
using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

/// <summary>The table of bars as Markdown. No state; any thread.</summary>
internal static class MarkdownTable
{
    public static string Of(BarsReport report)
    {
        BarsOptions o = report.Options;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Server} against {report.Reference}, {report.StartedAt:yyyy-MM-dd}; "
            + $"{report.Machine.Cpu}, {report.Machine.Cores} cores, {report.Machine.Os}, {report.Machine.Runtime};");
        text.AppendLine(CultureInfo.InvariantCulture, $"servers on CPU {o.ServerCpu}, generator on CPU {o.GeneratorCpu}; medians of "
            + $"{o.Rounds} alternating rounds of {o.Seconds:0.##} s (least to greatest).");
        text.AppendLine().AppendLine("| Name | What | Bar | Ours | Reference | Ratio | |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (BarResult r in report.Results)
        {
            text.AppendLine(r.Failure is null
                ? $"| {r.Name} | {Cell(r.What)} | {r.Bar} | {Figure(r.Ours, r.Unit)} | {Figure(r.Redis, r.Unit)} | {Ratio(r.Ratio)} | "
                + $"{(r.Pass ? "pass" : "**miss**")} |"
                : $"| {r.Name} | {Cell(r.Failure)} | | | | | **failed** |");
        }

        BarResult[] noted = [.. report.Results.Where(r => r.Note.Length > 0)];
        if (noted.Length > 0) text.AppendLine().AppendJoin('\n', noted.Select(r => $"- {r.Name}: {r.Note}")).AppendLine();
        return text.ToString();
    }

    private static string Figure(Spread spread, string unit)
    {
        string format = spread.Median >= 1000 ? "n0" : spread.Median >= 10 ? "0.0" : "0.000";
        CultureInfo c = CultureInfo.InvariantCulture;
        return $"{spread.Median.ToString(format, c)} {unit} ({spread.Min.ToString(format, c)} to {spread.Max.ToString(format, c)})";
    }

    private static string Ratio(RatioOfRounds? ratio) =>
        ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratio.OfMedians:0.00}x ({ratio.Min:0.00} to {ratio.Max:0.00})");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
