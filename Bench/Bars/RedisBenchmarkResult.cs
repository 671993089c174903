using System.Globalization;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>What one test of redis-benchmark reports with --csv. Immutable; any thread.</summary>
/// <param name="Test">"SET", "GET".</param>
/// <param name="P95Ms">Latency as the benchmark's clients see it, milliseconds.</param>
internal sealed record RedisBenchmarkResult(string Test, double RequestsPerSecond, double P95Ms, double P99Ms)
{
    /// <summary>
    /// Reads the output: a header line with the names of the columns, then a line a test; every field is in double quotes and holds none
    /// (redis-benchmark.c, showLatencyReport). Versions before 6.2 write neither header nor percentiles: refused.
    /// </summary>
    public static IReadOnlyList<RedisBenchmarkResult> Parse(string output)
    {
        string[][] rows = [.. output.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith('"')).Select(FieldsOf)];
        if (rows is not [["test", ..] header, ..])
            throw new BenchException($"redis-benchmark wrote no table with --csv (6.2 or later is needed), but: {Shortened(output)}");
        int rate = ColumnOf(header, "rps"), p95 = ColumnOf(header, "p95_latency_ms"), p99 = ColumnOf(header, "p99_latency_ms");
        return [.. rows.Skip(1).Select(row => row.Length == header.Length
            ? new RedisBenchmarkResult(row[0], NumberIn(row[rate]), NumberIn(row[p95]), NumberIn(row[p99]))
            : throw new BenchException(
                $"redis-benchmark wrote a line of {row.Length} fields under {header.Length} columns: {string.Join(',', row)}"))];
    }

    private static string[] FieldsOf(string line) => line.Trim('"').Split("\",\"");

    private static int ColumnOf(string[] header, string name) =>
        Array.IndexOf(header, name) is >= 0 and int column
            ? column
            : throw new BenchException($"redis-benchmark has no column '{name}': {string.Join(',', header)}");

    private static double NumberIn(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new BenchException($"redis-benchmark wrote '{text}' where a number belongs.");

    private static string Shortened(string text) => text.Length == 0 ? "nothing" : text.Length <= 200 ? text : text[..200] + "...";
}
