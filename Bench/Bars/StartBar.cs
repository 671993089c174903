using System.Globalization;

namespace OrleansKv.Bench.Bars;

/// <summary>The line of the time to start with a million keys on disk. Thread: the main one.</summary>
internal sealed class StartBar : IBarGroup
{
    private const string Line = "start";
    private const double Limit = 1.0;

    public IReadOnlyList<string> Names { get; } = [Line];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var ours = new TemporaryFolder(context.Options.DataFolder);
        using var redis = new TemporaryFolder(context.Options.DataFolder);
        string[] folders = [ours.Path, redis.Path];
        for (int s = 0; s < folders.Length; s++)
        {
            using ChildServer server = ChildServer.Start(context, context.Commands[s], Durability.Snapshot, folders[s]);
            context.Fill(server, BarsContext.FillTtlSeconds);
            server.Save();
            server.ShutDown();
        }

        double[][] seconds = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                using ChildServer server = ChildServer.Start(context, context.Commands[s], Durability.Snapshot, folders[s]);
                context.RequireAllKeys(server);
                seconds[s][round] = server.StartSeconds;
                context.Tell(string.Create(CultureInfo.InvariantCulture,
                    $"{Line} {round + 1}/{context.Options.Rounds} {server.Name,-5} {server.StartSeconds:0.000} s"));
                server.ShutDown();
            }
        }

        yield return BarResult.AtMost(
            Line, string.Create(CultureInfo.InvariantCulture,
                $"start with {context.Options.Keys:n0} keys from disk, process start to first PONG"),
            "s", Limit, seconds[0], seconds[1], "files in the page cache");
    }
}
