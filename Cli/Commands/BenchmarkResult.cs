using System.Globalization;

namespace OrleansKv.Cli.Commands;

/// <summary>What one command's load came to.</summary>
/// <param name="Command">SET or GET.</param>
/// <param name="Requests">How many were answered.</param>
/// <param name="Seconds">From the first thread's start to the last one's end.</param>
/// <param name="SortedUs">How long each pipeline took, µs, shortest first.</param>
internal sealed record BenchmarkResult(string Command, long Requests, double Seconds, double[] SortedUs)
{
    public double PerSecond => Requests / Seconds;

    public double MaxUs => SortedUs[^1];

    /// <summary>The nearest-rank percentile.</summary>
    public double Percentile(double share) => SortedUs[Math.Max(0, (int)Math.Ceiling(share * SortedUs.Length) - 1)];

    public string Line(int pipeline) => string.Create(CultureInfo.InvariantCulture,
        $"{Command}: {PerSecond:N0} requests/s; {(pipeline == 1 ? "a request" : $"a pipeline of {pipeline}")} takes p50 "
            + $"{Percentile(0.5):N0} us, p99 {Percentile(0.99):N0} us, max {MaxUs:N0} us");
}
