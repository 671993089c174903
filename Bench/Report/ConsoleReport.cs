using System.Text;
using OrleansKv.Bench.Stats;
using static OrleansKv.Bench.Report.Numbers;

namespace OrleansKv.Bench.Report;

/// <summary>A report on the terminal, or as plain text when redirected. Thread: the main one.</summary>
internal static class ConsoleReport
{
    public const string MedianRow = "Median row: the median of each figure over the rounds; its max is the max of all rounds.";

    // From here on n0 would have nine digits and signs, as many as a column.
    private const double SecondsFromMicros = 999_999.5;

    public static void Write(LoadReport report, bool quiet) => Console.Write(TextOf(report, quiet));

    public static string TextOf(LoadReport report, bool quiet)
    {
        var text = new StringBuilder();
        if (quiet)
        {
            text.AppendLine(OneLine(report));
        }
        else
        {
            foreach (ServerReport server in report.Servers) AppendTable(text, server);
            if (report.Comparison is Comparison comparison)
            {
                text.AppendLine(Text($"{comparison.First} / {comparison.Second}: {Ratio("throughput", comparison.RequestsPerSecond)}, "
                    + $"{Ratio("p50", comparison.P50)}, {Ratio("p99", comparison.P99)}, {Ratio("p99.9", comparison.P999)}"));
            }

            if (report.Servers.Any(s => s.Rounds.Length > 1)) text.AppendLine(MedianRow);
            text.AppendLine($"Latencies in microseconds unless marked s; busy: the generator's threads. Mode: {report.Loop}.");
        }

        foreach (string note in report.Notes) text.AppendLine($"Note: {note}");
        return text.ToString();
    }

    // 79 columns, so that an 80-column terminal breaks no line.
    private static void AppendTable(StringBuilder text, ServerReport server)
    {
        text.AppendLine($"{server.Name} at {server.Address}");
        text.AppendLine("round   requests/s      p50      p95      p99    p99.9       max     mean  busy");
        foreach (RoundReport round in server.Rounds)
            text.AppendLine(Row(Text($"{round.Round}"), round.RequestsPerSecond, round.Latency) + Text($"{round.GeneratorBusy,6:0%}"));
        if (server.Rounds.Length > 1) text.AppendLine(Row("median", server.RequestsPerSecond.Median, server.Latency));
    }

    private static string Row(string round, double rate, LatencySummary latency) =>
        Text($"{round,-6}{rate,12:n0}{Cell(latency.P50Micros),9}{Cell(latency.P95Micros),9}{Cell(latency.P99Micros),9}")
        + Text($"{Cell(latency.P999Micros),9}{Cell(latency.MaxMicros),10}{Cell(latency.MeanMicros),9}");

    private static string OneLine(LoadReport report) => string.Join("; ", report.Servers.Select(s => Text(
        $"{s.Name} {s.RequestsPerSecond.Median:n0} requests/s, p50 {Latency(s.Latency.P50Micros)}, p99 {Latency(s.Latency.P99Micros)}, "
            + $"p99.9 {Latency(s.Latency.P999Micros)}")))
        + (report.Comparison is Comparison c ? $"; {Ratio("throughput", c.RequestsPerSecond)}" : "");

    private static string Ratio(string what, RatioOfRounds ratio) =>
        Text($"{what} {ratio.OfMedians:0.00}x (rounds {ratio.Min:0.00} to {ratio.Max:0.00})");

    private static string Latency(double micros) => Cell(micros) + (micros < SecondsFromMicros ? " us" : "");

    /// <summary>87.5, 1,234, 999,999, 1.96s, 123s: seven letters at the most.</summary>
    private static string Cell(double micros) => micros switch
    {
        < 100 => Text($"{micros:0.0}"),
        < SecondsFromMicros => Text($"{micros:n0}"),
        < 1e8 => Text($"{micros / 1e6:0.00}s"),
        _ => Text($"{micros / 1e6:0}s"),
    };
}
