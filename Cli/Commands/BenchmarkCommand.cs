using System.Diagnostics;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using OrleansKv.Cli.Shell;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary>
/// <c>kv benchmark</c>: a short closed-loop SET and GET load, a first impression. One thread a connection, so it measures itself as much as
/// the server; the real tool, with pinning, comparison and open loop, is the project Bench.
/// </summary>
internal static class BenchmarkCommand
{
    /// <summary>0.1 s between two looks at how far the load is.</summary>
    private const int LookMs = 100;

    public static int Run(CliOptions options, IReadOnlyList<string> words)
    {
        BenchmarkOptions load = BenchmarkOptions.Parse(words);
        var printer = Printer.ForConsole(options);
        var connections = new List<RespConnection>();
        try
        {
            for (int i = 0; i < load.Connections; i++) connections.Add(RespConnection.Open(options));
            using var stop = new Interrupt(() => connections.ForEach(c => c.Abort()));
            foreach (bool isSet in (bool[])[true, false])
            {
                BenchmarkResult result = Measure(connections, load, isSet, printer.Style == PrintStyle.Typed);
                Console.Out.WriteLine(printer.Style == PrintStyle.Json ? Json(result, load) : result.Line(load.Pipeline));
            }
        }
        finally
        {
            foreach (RespConnection connection in connections) connection.Dispose();
            if (connections.Count == load.Connections) Clean(options);
        }

        return 0;
    }

    private static BenchmarkResult Measure(List<RespConnection> connections, BenchmarkOptions options, bool isSet, bool shows)
    {
        BenchmarkLoad[] loads = [.. connections.Select((c, i) => new BenchmarkLoad(c, options, i))];
        var latencies = new double[loads.Length][];
        Exception? failure = null;
        Thread[] threads = [.. loads.Select((load, i) => new Thread(() =>
        {
            try
            {
                latencies[i] = load.Run(isSet);
            }
            catch (Exception e) when (e is CliException or IOException or InvalidDataException or ObjectDisposedException)
            {
                Volatile.Write(ref failure, e);
            }
        }))];
        string name = isSet ? "SET" : "GET";
        long started = Stopwatch.GetTimestamp();
        foreach (Thread thread in threads) thread.Start();
        if (shows) Show(name, loads, threads, (double)loads.Length * options.Batches * options.Pipeline);
        foreach (Thread thread in threads) thread.Join();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (failure is not null) throw new CliException("the load was stopped: " + failure.Message);
        return new BenchmarkResult(name, loads.Sum(l => l.Done), seconds, [.. latencies.SelectMany(l => l).Order()]);
    }

    private static void Show(string name, BenchmarkLoad[] loads, Thread[] threads, double all) =>
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask(name, maxValue: all);
            foreach (Thread thread in threads)
            {
                while (!thread.Join(LookMs)) task.Value = loads.Sum(l => Volatile.Read(ref l.Done));
            }
        });

    // On a connection of its own: Ctrl-C and errors leave keys behind too.
    private static void Clean(CliOptions options)
    {
        using RespConnection connection = RespConnection.Open(options);
        foreach (int[] keys in Enumerable.Range(0, BenchmarkLoad.Keys).Chunk(1_000))
            connection.Call(["DEL", .. keys.Select(BenchmarkLoad.Key)]);
    }

    private static string Json(BenchmarkResult result, BenchmarkOptions options) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("command", result.Command);
        writer.WriteNumber("connections", options.Connections);
        writer.WriteNumber("pipeline", options.Pipeline);
        writer.WriteNumber("value_size_bytes", options.ValueBytes);
        writer.WriteNumber("requests", result.Requests);
        writer.WriteNumber("requests_per_second", Math.Round(result.PerSecond));
        writer.WriteNumber("pipeline_p50_us", Math.Round(result.Percentile(0.5), 1));
        writer.WriteNumber("pipeline_p99_us", Math.Round(result.Percentile(0.99), 1));
        writer.WriteNumber("pipeline_max_us", Math.Round(result.MaxUs, 1));
        writer.WriteEndObject();
    });
}
