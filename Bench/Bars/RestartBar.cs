using System.Globalization;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// The line of a silo that is killed and started again: until each of its shards serves, asked through itself and through another silo.
/// Thread: the main one.
/// </summary>
internal sealed class RestartBar : IBarGroup
{
    private const string Line = "restart";
    private const double LimitSeconds = 5;

    public IReadOnlyList<string> Names { get; } = [Line];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var silos = new TwoSilos(context, Durability.EverySecond);
        context.Fill(silos.Second, silos.LoadOnSecond());
        double[] served = new double[context.Options.Rounds], answered = new double[context.Options.Rounds];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            served[round] = silos.KillAndRestartSecond();
            answered[round] = silos.Second.StartSeconds;
            context.RequireAllKeys(silos.First);
            context.Tell(string.Create(
                CultureInfo.InvariantCulture, $"{Line} {round + 1}/{context.Options.Rounds}: PONG after {answered[round]:0.000} "
                + $"s, all its shards served after {served[round]:0.000} s"));
        }

        double median = Stats.Spread.Of(served).Median;
        yield return BarResult.Of(Line,
            string.Create(CultureInfo.InvariantCulture,
                $"kill -9 of a silo with {context.Options.Keys:n0} keys: from its start until all its shards are served"),
            "s", string.Create(CultureInfo.InvariantCulture, $"at most {LimitSeconds:0} s"), served, answered, null, median <= LimitSeconds,
            "the second figure: its first PONG");
    }
}
