using System.Globalization;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Platform;

namespace OrleansKv.Bench.SelfTest;

/// <summary>`selftest`: what the generator itself costs, against a server that does nothing but answer.</summary>
internal static class SelfTestCommand
{
    private const string Usage = """
        Usage: selftest [options]
        Measures this generator against canned replies: CPU time and garbage a request, and so what one core of it can drive.
        """;

    private static readonly OptionSpec[] Options =
    [
        new("--connections", "N", "(50)"),
        new("--duration", "SECONDS", "of each line (2)"),
        new("--value-size", "BYTES", "(64)"),
        new("--help", null, "this text"),
    ];

    public static int Run(string[] args, CancellationToken cancel)
    {
        var reader = new ArgumentReader("selftest", args, Options);
        if (reader.Has("--help"))
        {
            Console.Write(HelpText.Of(Usage, Options));
            return 0;
        }

        int[] cpus = CpuPin.Allowed();
        Console.WriteLine(cpus.Length > 1
            ? $"Generator on CPU {cpus[^1]}, canned server on CPU {cpus[0]}; kernel time included."
            : "Only one CPU may be used: generator and canned server share it, so the rate below is of both together.");
        Console.WriteLine("command  pipeline   requests/s   CPU ns/request   one core can drive   garbage B/request");
        foreach (CommandMix mix in new[] { CommandMix.Set, CommandMix.Get })
        {
            foreach (int pipeline in new[] { 1, 16, 64 })
            {
                LoadOptions options = new()
                {
                    Mix = mix,
                    Pipeline = pipeline,
                    Connections = reader.Int("--connections", 50, 1, 1000),
                    DurationSeconds = reader.Number("--duration", 2, 0.1, 60),
                    ValueSize = reader.Int("--value-size", 64, 0, 4096),
                };
                LoadResult result = Measure(options, cpus, cancel);
                double cpuNs = result.GeneratorCpuSeconds * 1e9 / result.Requests;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{mix,-7}  {pipeline,8}   {result.RequestsPerSecond,10:n0}   {cpuNs,14:n0}   "
                        + $"{(cpuNs > 0 ? 1e9 / cpuNs : 0),16:n0}/s   {result.AllocatedBytes / (double)result.Requests,17:0.000}"));
            }
        }

        return 0;
    }

    private static LoadResult Measure(LoadOptions options, int[] cpus, CancellationToken cancel)
    {
        using var server = new CannedServer(options, cpus.Length > 1 ? cpus[0] : null);
        using var run = LoadRun.Start(server.EndPoint, options, cancel, cpus.Length > 1 ? cpus[^1] : null);
        return run.Wait();
    }
}
