// Owns: a report on the terminal, or as plain text when redirected. Thread: the main one.
using System.Globalization;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

internal static class ConsoleReport
{
    public static void Write(LoadReport report, bool quiet)
    {
        if (quiet)
        {
            Console.WriteLine(OneLine(report));
        }
        else
        {
            foreach (ServerReport server in report.Servers)
            {
                WriteTable(server);
            }
            if (report.Comparison is Comparison comparison)
            {
                Console.WriteLine(Text($"{comparison.First} / {comparison.Second}: {Ratio("throughput", comparison.RequestsPerSecond)}, {Ratio("p50", comparison.P50)}, {Ratio("p99", comparison.P99)}, {Ratio("p99.9", comparison.P999)}"));
            }
            Console.WriteLine($"Latencies in microseconds; busy: the generator's threads. Mode: {report.Loop}.");
        }
        foreach (string note in report.Notes)
        {
            Console.WriteLine($"Note: {note}");
        }
    }

    // 79 columns, so that an 80-column terminal breaks no line.
    private static void WriteTable(ServerReport server)
    {
        Console.WriteLine($"{server.Name} at {server.Address}");
        Console.WriteLine("round   requests/s      p50      p95      p99    p99.9       max     mean  busy");
        foreach (RoundReport round in server.Rounds)
        {
            Console.WriteLine(Row(Text($"{round.Round}"), round.RequestsPerSecond, round.Latency) + Text($"{round.GeneratorBusy,6:0%}"));
        }
        if (server.Rounds.Length > 1)
        {
            Console.WriteLine(Row("median", server.RequestsPerSecond.Median, server.Latency));
        }
    }

    private static string Row(string round, double rate, LatencySummary latency) =>
        Text($"{round,-6}{rate,12:n0}{Micros(latency.P50Micros),9}{Micros(latency.P95Micros),9}{Micros(latency.P99Micros),9}")
        + Text($"{Micros(latency.P999Micros),9}{Micros(latency.MaxMicros),10}{Micros(latency.MeanMicros),9}");

    private static string OneLine(LoadReport report) => string.Join("; ", report.Servers.Select(s => Text(
        $"{s.Name} {s.RequestsPerSecond.Median:n0} requests/s, p50 {Micros(s.Latency.P50Micros)} us, p99 {Micros(s.Latency.P99Micros)} us, p99.9 {Micros(s.Latency.P999Micros)} us")))
        + (report.Comparison is Comparison c ? $"; {Ratio("throughput", c.RequestsPerSecond)}" : "");

    private static string Ratio(string what, RatioOfRounds ratio) => Text($"{what} {ratio.OfMedians:0.00}x (rounds {ratio.Min:0.00} to {ratio.Max:0.00})");

    private static string Micros(double micros) => micros < 100 ? Text($"{micros:0.0}") : Text($"{micros:n0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
