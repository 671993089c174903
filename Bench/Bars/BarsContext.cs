using System.Globalization;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// What every line needs: the options, the two servers in their order, cancellation, telling the user. Thread: the main one.
/// </summary>
internal sealed class BarsContext(BarsOptions options, CancellationToken cancel)
{
    /// <summary>A load that lives longer than any run, so that no key of a fill expires while it is counted.</summary>
    public const long FillTtlSeconds = 86_400;

    public BarsOptions Options => options;
    public CancellationToken Cancel => cancel;

    /// <summary>Ours is 0, Redis is 1.</summary>
    public ServerCommand[] Commands { get; } = [ServerCommand.Ours(options), ServerCommand.Reference(options)];

    /// <summary>The load of the table: 50 connections, keys of 16 B, values of 64 B.</summary>
    public LoadOptions Load => new()
    {
        Connections = options.Connections,
        Keys = options.Keys,
        KeySize = 16,
        ValueSize = 64,
        WarmupSeconds = options.WarmupSeconds,
        DurationSeconds = options.Seconds,
    };

    /// <summary>As taskset takes them: for what runs unpinned, and must not get more on a larger machine.</summary>
    public string BothCpus => string.Create(CultureInfo.InvariantCulture, $"{options.ServerCpu},{options.GeneratorCpu}");

    /// <summary>Ours first in one round, Redis first in the next.</summary>
    public static IEnumerable<int> OrderOf(int round) => round % 2 == 0 ? [0, 1] : [1, 0];

    public void Tell(string text) => Console.Error.WriteLine(text);

    public void Pause(double seconds)
    {
        cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds));
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>SETs all keys, and makes sure that the server has them.</summary>
    public void Fill(ChildServer server, long ttlSeconds = 0)
    {
        Fill(server, Load with { TtlSeconds = ttlSeconds });
    }

    /// <summary>SETs all keys of a load, and makes sure that the server has them.</summary>
    public void Fill(ChildServer server, LoadOptions load)
    {
        using (LoadRun run = LoadRun.StartFill(server.EndPoint, load, cancel))
        {
            LoadResult result = run.Wait();
            if (result.Outcomes.Errors > 0)
                throw new BenchException($"{server.Name} refused {result.Outcomes.Errors} SETs: {result.ErrorSamples[0]}");
        }

        RequireAllKeys(server);
    }

    public void RequireAllKeys(ChildServer server)
    {
        using ControlClient client = server.Connect();
        client.Send("CLIENT", "SCOPE", "CLUSTER"); // of all nodes; a server without clusters refuses, and has all
        string size = client.Require("DBSIZE");
        if (size != Numbers(options.Keys)) throw new BenchException($"{server.Name} holds {size} keys instead of {options.Keys}.");
    }

    private static string Numbers(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
