using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// The lines of a gateway on one silo and the shards on another, against the gateway of the shards' own silo; all on one CPU. Thread: the
/// main one.
/// </summary>
internal sealed class RemoteBars : IBarGroup
{
    private const double Limit = 0.3;
    private static readonly ThroughputLine[] Lines =
        [new("remote-set-16", CommandMix.Set, 16, Limit), new("remote-get-16", CommandMix.Get, 16, Limit)];

    public IReadOnlyList<string> Names { get; } = [.. Lines.Select(l => l.Name)];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var silos = new TwoSilos(context, Durability.Off);
        LoadOptions keys = silos.LoadOnSecond();
        context.Fill(silos.Second, keys);
        foreach (ThroughputLine line in Lines.Where(l => context.Options.Wants(l.Name)))
        {
            LoadOptions load = keys with { Mix = line.Mix, Pipeline = line.Pipeline };
            ThroughputRounds rounds =
                ThroughputRounds.Run(context, line.Name, load, [("remote", silos.First.EndPoint), ("local", silos.Second.EndPoint)]);
            yield return BarResult.AtLeast(line.Name,
                $"{line.Mix.ToString().ToUpperInvariant()}, {context.Options.Connections} connections, pipeline {line.Pipeline}, through "
                    + $"the other silo, persistence off",
                "requests/s", line.Limit, rounds.Rates[0], rounds.Rates[1], "against the same keys through their own silo");
        }
    }
}
