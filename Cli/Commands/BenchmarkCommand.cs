using System.Diagnostics;
using System.Globalization;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary>
/// <c>kv benchmark</c>: a short closed-loop SET and GET load, a first impression. One thread a connection, so it measures itself as much as the
/// server; the real tool, with pinning, comparison and open loop, is the project Bench.
/// </summary>
internal static class BenchmarkCommand
{
    public static int Run(CliOptions options, IReadOnlyList<string> words)
    {
        int connections = 8, requests = 200_000, pipeline = 16, valueSize = 64;
        for (int i = 1; i < words.Count; i += 2)
        {
            if (i + 1 == words.Count || !int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value < 1)
                throw new CliException($"benchmark: {words[i]} takes a number above 0", 2);
            switch (words[i])
            {
                case "--connections": connections = value; break;
                case "--requests": requests = value; break;
                case "--pipeline": pipeline = value; break;
                case "--value-size": valueSize = value; break;
                default: throw new CliException($"benchmark: unknown option {words[i]}; it takes --connections --requests --pipeline --value-size", 2);
            }
        }

        foreach (string command in (string[])["SET", "GET"]) Measure(options, command, connections, requests, pipeline, valueSize);
        return 0;
    }

    private static void Measure(CliOptions options, string command, int connections, int requests, int pipeline, int valueSize)
    {
        int batches = Math.Max(1, requests / connections / pipeline);
        var latencies = new double[connections][];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, connections).Select(c => new Thread(() =>
        {
            try
            {
                latencies[c] = Drive(options, command, c, batches, pipeline, valueSize);
            }
            catch (Exception e) when (e is CliException or IOException or InvalidDataException)
            {
                failure = e;
            }
        }))];
        long started = Stopwatch.GetTimestamp();
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (failure is not null) throw new CliException(failure.Message);
        double[] all = [.. latencies.SelectMany(l => l).Order()];
        double At(double share) => all[Math.Min(all.Length - 1, (int)(share * all.Length))];
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command}: {(long)connections * batches * pipeline / seconds:N0} requests/s; a pipeline of {pipeline}: p50 {At(0.5):N0} us, p99 {At(0.99):N0} us, max {all[^1]:N0} us"));
    }

    // Latencies of whole pipelines, µs.
    private static double[] Drive(CliOptions options, string command, int number, int batches, int pipeline, int valueSize)
    {
        using RespConnection connection = RespConnection.Open(options);
        var random = new Random(number);
        string value = new('v', valueSize);
        var latencies = new double[batches];
        for (int b = 0; b < batches; b++)
        {
            var bytes = new List<byte>();
            for (int i = 0; i < pipeline; i++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"kv-benchmark:{random.Next(100_000)}");
                bytes.AddRange(RespConnection.Encode(command == "SET" ? ["SET", key, value] : ["GET", key]));
            }

            long started = Stopwatch.GetTimestamp();
            connection.SendRaw(bytes.ToArray());
            for (int i = 0; i < pipeline; i++)
            {
                if (connection.Read() is { IsError: true } error) throw new CliException(error.Text);
            }

            latencies[b] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        return latencies;
    }
}
