using System.Globalization;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Bars;

/// <summary>The line of ten thousand idle connections. Thread: the main one.</summary>
internal sealed class IdleBar : IBarGroup
{
    private const string Line = "idle";
    private const double LimitMegabytes = 200;
    private const double HoldSeconds = 5;

    // The control connection, and those of the start.
    private const int SpareClients = 100;

    public IReadOnlyList<string> Names { get; } = [Line];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        BarsOptions options = context.Options;
        double[][] megabytes = [new double[options.Rounds], new double[options.Rounds]];
        int fewest = options.IdleConnections;
        double before = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                using var folder = new TemporaryFolder(options.DataFolder);
                using ChildServer server =
                    ChildServer.Start(context, context.Commands[s], Durability.Off, folder.Path, options.IdleConnections + SpareClients);
                double empty = server.RssBytes() / 1e6;
                using IdleConnections idle = IdleConnections.Open(server.EndPoint, options.IdleConnections, null, context.Cancel);
                context.Pause(HoldSeconds);
                megabytes[s][round] = server.RssBytes() / 1e6;
                int held = idle.Ping();
                (fewest, before) = s == 0 ? (Math.Min(fewest, held), empty) : (fewest, before);
                context.Tell(string.Create(CultureInfo.InvariantCulture,
                    $"{Line} {round + 1}/{options.Rounds} {server.Name,-5} {held:n0} of {options.IdleConnections:n0} held, {empty:0.0} "
                        + $"MB -> {megabytes[s][round]:0.0} MB, opened in {idle.OpenSeconds:0.00} s"));
            }
        }

        bool pass = fewest == options.IdleConnections && Spread.Of(megabytes[0]).Median < LimitMegabytes;
        yield return BarResult.Of(
            Line, string.Create(CultureInfo.InvariantCulture, $"{options.IdleConnections:n0} idle connections, resident memory"), "MB",
            string.Create(CultureInfo.InvariantCulture, $"all held, under {LimitMegabytes:0} MB"), megabytes[0], megabytes[1], null, pass,
            string.Create(CultureInfo.InvariantCulture, $"ours held {fewest:n0} at the least; {before:0} MB before"));
    }
}
