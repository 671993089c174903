using System.Net;
using System.Text;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report.Html;

/// <summary>
/// The report as one self-contained HTML file: no script, no font, no picture from elsewhere; light and dark by the reader's preference.
/// No state; any thread.
/// </summary>
internal static class HtmlReport
{
    public static string Of(LoadReport report)
    {
        var page = new StringBuilder();
        string title = "Load of " + string.Join(" and ", report.Servers.Select(s => s.Name));
        page.Append($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + $"content=\"width=device-width,"
            + $"initial-scale=1\"><title>{Escape(title)}</title><style>{HtmlStyle.Css}</style></head><body><main>");
        page.Append($"<header><h1>{Escape(title)}</h1><p class=\"sub\">{report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, "
            + $"{Escape(LoadText(report.Options))}</p></header>");
        AppendTiles(page, report);
        if (report.Notes.Length > 0)
            page.Append("<ul class=\"notes\">").AppendJoin("", report.Notes.Select(n => $"<li>{Escape(n)}</li>")).Append("</ul>");
        AppendPlot(page, report, "Throughput over time",
            "Requests a second; the round nearest the median is drawn strong, the others faint.", ThroughputPlot.Of(report.Servers));
        AppendPlot(page, report, "Latency by percentile", "All rounds together, both axes logarithmic: each step to the right is one "
            + "request in ten times as many. Hover a point for its figure.", LatencyCurvePlot.Of(report.Servers));
        if (report.Servers.Sum(s => s.Rounds.Length) > 1)
        {
            AppendPlot(page, report, "Rounds", "Requests a second of each round; the dashed line is the median.",
                RoundsPlot.Of(report.Servers));
        }

        AppendRounds(page, report.Servers);
        page.Append($"<section><h2>How it was "
            + $"measured</h2><p>{Escape(char.ToUpperInvariant(report.Loop[0]) + report.Loop[1..])}.</p><div class=\"pairs\">");
        AppendPairs(page, "Load", OptionRows.Of(report.Options));
        AppendPairs(page, "Machine", OptionRows.Of(report.Machine));
        return page.Append($"</div></section><footer>{Escape(report.Tool)} {Escape(report.Version)}</footer></main></body></html>\n")
            .ToString();
    }

    private static string LoadText(LoadOptions o) =>
        Numbers.Text($"{o.Connections} connections, pipeline {o.Pipeline}, {o.EffectiveReadRatio:0%} GET, {o.ValueSize} B values, "
        + $"{o.Keys:n0} keys") +
        (o.IsOpenLoop ? Numbers.Text($", {o.Rate:n0} requests a second") : "");

    private static void AppendTiles(StringBuilder page, LoadReport report)
    {
        page.Append("<div class=\"tiles\">");
        for (int i = 0; i < report.Servers.Length; i++)
        {
            ServerReport server = report.Servers[i];
            page.Append($"<div class=\"tile\"><h3><i class=\"key s{i}\"></i>{Escape(server.Name)}</h3><p "
                + $"class=\"big\">{Numbers.Short(server.RequestsPerSecond.Median)}<span> requests/s</span></p>")
                .Append($"<p>p50 {Numbers.Duration(server.Latency.P50Micros)} · p99 {Numbers.Duration(server.Latency.P99Micros)} · p99.9 "
                + $"{Numbers.Duration(server.Latency.P999Micros)}</p></div>");
        }

        if (report.Comparison is Comparison c)
        {
            RatioOfRounds r = c.RequestsPerSecond;
            page.Append(Numbers.Text($"<div class=\"tile\"><h3>{Escape(c.First)} / {Escape(c.Second)}</h3><p "
                + $"class=\"big\">{r.OfMedians:0.00}×<span> throughput</span></p><p>rounds {r.Min:0.00}× to {r.Max:0.00}× · p99 "
                + $"{c.P99.OfMedians:0.00}× · p99.9 {c.P999.OfMedians:0.00}×</p></div>"));
        }

        page.Append("</div>");
    }

    private static void AppendPlot(StringBuilder page, LoadReport report, string title, string caption, string svg)
    {
        page.Append($"<section><h2>{title}</h2><p class=\"sub\">{caption}</p><p class=\"legend\">");
        for (int i = 0; i < report.Servers.Length; i++)
            page.Append($"<span><i class=\"key s{i}\"></i>{Escape(report.Servers[i].Name)}</span>");
        page.Append($"</p>{svg}</section>");
    }

    private static void AppendRounds(StringBuilder page, ServerReport[] servers)
    {
        page.Append("<section><h2>Figures</h2>")
            .Append(servers.Any(s => s.Rounds.Length > 1) ? $"<p class=\"sub\">{ConsoleReport.MedianRow}</p>" : "")
            .Append("<div class=\"scroll\"><table><thead><tr><th>server</th><th>round</th><th>requests/s</th><th>p50</th>"
                + "<th>p95</th><th>p99</th><th>p99.9</th><th>max</th><th>mean</th><th>errors</th><th>generator</th></tr></thead>"
                + "<tbody>");
        foreach (ServerReport server in servers)
        {
            foreach (RoundReport r in server.Rounds)
            {
                AppendRow(page, "", server.Name, Numbers.Text($"{r.Round}"), r.RequestsPerSecond, r.Latency,
                    Numbers.Text($"<td>{r.Errors + r.WrongValues:n0}</td><td>{r.GeneratorBusy:0%} busy</td>"));
            }

            if (server.Rounds.Length == 1) continue;
            AppendRow(page, " class=\"sum\"", server.Name, "median", server.RequestsPerSecond.Median, server.Latency, "<td></td><td></td>");
        }

        page.Append("</tbody></table></div></section>");
    }

    private static void AppendRow(StringBuilder page, string mark, string name, string round, double rate, LatencySummary l, string rest)
    {
        page.Append(Numbers.Text($"<tr{mark}><td>{Escape(name)}</td><td>{round}</td><td>{rate:n0}</td>"));
        foreach (double micros in new[] { l.P50Micros, l.P95Micros, l.P99Micros, l.P999Micros, l.MaxMicros, l.MeanMicros })
            page.Append($"<td>{Numbers.Duration(micros)}</td>");
        page.Append(rest).Append("</tr>");
    }

    private static void AppendPairs(StringBuilder page, string title, IEnumerable<(string Name, string Value)> pairs)
    {
        page.Append($"<div><h3>{title}</h3><dl>");
        foreach ((string name, string value) in pairs) page.Append($"<dt>{Escape(name)}</dt><dd>{Escape(value)}</dd>");
        page.Append("</dl></div>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
