using System.Globalization;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>The line of resident memory a key. Thread: the main one.</summary>
internal sealed class MemoryBar : IBarGroup
{
    private const string Line = "memory";
    private const double Limit = 0.62;

    // Allocators and collectors give pages back (or take them) a little after the load.
    private const double SettleSeconds = 1;

    public IReadOnlyList<string> Names { get; } = [Line];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        double[][] perKey = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
        double[][] absolute = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                using var folder = new TemporaryFolder(context.Options.DataFolder);
                using ChildServer server = ChildServer.Start(context, context.Commands[s], Durability.Off, folder.Path);
                context.Pause(SettleSeconds);
                long before = server.RssBytes();
                context.Fill(server, BarsContext.FillTtlSeconds);
                context.Pause(SettleSeconds);
                long after = server.RssBytes();
                perKey[s][round] = (after - before) / (double)context.Options.Keys;
                absolute[s][round] = after / 1e6;
                context.Tell(string.Create(CultureInfo.InvariantCulture,
                    $"{Line} {round + 1}/{context.Options.Rounds} {server.Name,-5} {before / 1e6,7:0.0} MB -> {after / 1e6,7:0.0} MB, "
                        + $"{perKey[s][round]:0.0} B a key"));
            }
        }

        string note = string.Create(CultureInfo.InvariantCulture,
            $"resident after the fill: ours {Stats.Spread.Of(absolute[0]).Median:0} MB, Redis {Stats.Spread.Of(absolute[1]).Median:0} MB");
        yield return BarResult.AtMost(
            Line, string.Create(CultureInfo.InvariantCulture,
                $"resident memory a key, {context.Options.Keys:n0} keys of 16 B + 64 B with a TTL"),
            "B/key", Limit, perKey[0], perKey[1], note);
    }
}
