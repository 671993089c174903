using System.Diagnostics;
using System.Globalization;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>One run of the redis-benchmark program against a server. Thread: the main one.</summary>
internal static class RedisBenchmark
{
    /// <summary>Runs SET, then GET, on both CPUs, with this many requests each.</summary>
    public static IReadOnlyList<RedisBenchmarkResult> Run(BarsContext context, ChildServer server, long requests)
    {
        BarsOptions options = context.Options;
        string[] arguments =
        [
            "-c", context.BothCpus, "setpriv", "--pdeathsig", "KILL", options.RedisBenchmark,
            "-p", Text(server.EndPoint.Port), "-c", Text(options.Connections), "-d", Text(context.Load.ValueSize),
            "-n", Text(requests), "-r", Text(options.Keys), "-t", "set,get", "--csv",
        ];
        var start = new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration ended = context.Cancel.Register(process.Kill);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            context.Cancel.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                string said = $"{errors.Result.Trim()} {output.Trim()}";
                throw new BenchException($"redis-benchmark against {server.Name} ended with code {process.ExitCode}: {said}");
            }

            return RedisBenchmarkResult.Parse(output);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchException($"Cannot start '{start.FileName}' (util-linux): {e.Message}.");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
