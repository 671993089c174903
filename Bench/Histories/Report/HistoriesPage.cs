using System.Net;
using System.Text;
using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Bench.Report;
using OrleansKv.Bench.Report.Html;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>A run as one self-contained HTML file, in the looks of the load generator's. No state; any thread.</summary>
internal static class HistoriesPage
{
    public static string Of(HistoriesResult result)
    {
        var page = new StringBuilder();
        const string Title = "Histories of three nodes";
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,")
            .Append($"initial-scale=1\"><title>{Title}</title><style>{HtmlStyle.Css}</style></head><body><main>")
            .Append($"<header><h1>{Title}</h1><p class=\"sub\">{result.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, ")
            .Append($"{Escape(HistoriesText.Head(result))}</p></header>")
            .Append($"<div class=\"tiles\"><div class=\"tile\"><h3>Answered</h3><p class=\"big\">{result.Answered}<span> operations")
            .Append(Numbers.Text($"</span></p><p>in {result.Duration.TotalSeconds:0.0} s</p></div>"))
            .Append($"<div class=\"tile\"><h3>Faults</h3><p class=\"big\">{result.Faults.Count}</p>")
            .Append($"<p>{Escape(HistoriesText.FaultCounts(result))}</p></div></div>")
            .Append($"<ul class=\"notes\"><li>{Escape(result.VerdictText)}</li>")
            .AppendJoin("", result.Problems.Select(p => $"<li>{Escape(p)}</li>")).Append("</ul>")
            .Append($"<section><h2>Timeline</h2><p class=\"sub\">Answered operations a second.</p>{TimelinePlot.Of(result)}</section>");
        AppendTable(page, "Operations", "What the clients were told.", ["operation", "", "done", "not done", "unknown"],
            OutcomeRow.Of(result.Operations).Select(r => (string[])[$"{r.Action}", "", $"{r.Done}", $"{r.NotDone}", $"{r.Unknown}"]));
        AppendTable(page, "Errors", "Answered, or why there was no answer.", ["error", "outcome", "count"],
            ErrorRow.Of(result.Operations).Select(r => (string[])[r.Error, $"{r.Outcome}", $"{r.Count}"]));
        AppendTable(page, "Faults", HistoriesText.GapText(result) + ".",
            ["fault", "node", "at s", "away s", "answered after s", "longest time of a key without an answer s"], FaultRows(result));
        AppendTable(page, "Nodes that ended by themselves", "Behind a pause or a cut that was longer than the others wait, they must.",
            ["node", "", "at s", "exit code", "may have been declared dead"], result.Ends.Select(EndRow));
        AppendTable(page, "Keys", "Each history is checked by itself.", ["key", "verdict", "operations"],
            result.Keys.Select(k => (string[])[k.History.Key.Name, $"{k.Verdict}", $"{k.History.Operations.Count}"]));
        return page.Append("</main></body></html>\n").ToString();
    }

    private static IEnumerable<string[]> FaultRows(HistoriesResult result)
    {
        double[] gaps = ServiceGaps.Of(result.Faults, result.Operations, result.Duration);
        return result.Faults.Select((f, i) => (string[])
        [
            $"{f.Kind}", f.Node, Seconds(f.Began), Seconds(f.Released - f.Began), Seconds(f.Answered - f.Began),
            Numbers.Text($"{gaps[i]:0.0}"),
        ]);
    }

    private static string[] EndRow(NodeEnd end) => [end.Node, "", Seconds(end.At), $"{end.ExitCode}", end.MayBeDeclaredDead ? "yes" : "no"];

    private static string Seconds(TimeSpan time) => Numbers.Text($"{time.TotalSeconds:0.0}");

    private static void AppendTable(StringBuilder page, string title, string caption, string[] heads, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0) return;
        page.Append($"<section><h2>{title}</h2><p class=\"sub\">{Escape(caption)}</p><div class=\"scroll\"><table><thead><tr>")
            .AppendJoin("", heads.Select(h => $"<th>{h}</th>")).Append("</tr></thead><tbody>");
        foreach (string[] row in all) page.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{Escape(c)}</td>")).Append("</tr>");
        page.Append("</tbody></table></div></section>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
