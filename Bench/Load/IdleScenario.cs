using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Load;

/// <summary>`load --scenario idle`: connections that do nothing, and whether the server still holds them. Thread: the main one.</summary>
internal static class IdleScenario
{
    private const double DefaultHoldSeconds = 10;

    public static int Run(LoadOptions options, CancellationToken cancel)
    {
        IPEndPoint endPoint = options.Server.Resolve();
        using var control = new ControlClient(endPoint, options.Password);
        long? before = RssOf(control);
        using var idle = IdleConnections.Open(endPoint, options.Connections, options.Password, cancel);
        long heldFrom = Stopwatch.GetTimestamp();
        cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(options.DurationSeconds ?? DefaultHoldSeconds));
        cancel.ThrowIfCancellationRequested();
        int answered = idle.Ping();
        var report = new IdleReport(options.Server.ToString(), options.Connections, Math.Round(idle.OpenSeconds, 3),
            Math.Round(Stopwatch.GetElapsedTime(heldFrom).TotalSeconds, 3), answered, before, RssOf(control));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Address}: {report.Answered:n0} of {report.Connections:n0} idle connections held for {report.HeldSeconds:0.0} s "
                + $"(opened in {report.OpenSeconds:0.00} s)")
            + (report is { RssBytesBefore: long b, RssBytesAfter: long a }
                ? string.Create(CultureInfo.InvariantCulture,
                    $"; resident memory by INFO {b / 1048576.0:0.0} MiB -> {a / 1048576.0:0.0} MiB")
                : ""));
        ReportFile.Write(options.OutputPath, () => JsonReport.Of(report));
        return answered == options.Connections ? 0 : 1;
    }

    private static long? RssOf(ControlClient control) =>
        long.TryParse(control.Info("memory", "used_memory_rss"), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? bytes
            : null;
}
