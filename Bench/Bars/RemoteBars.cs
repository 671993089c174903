// Owns: the lines of a gateway on one silo and the shards on another, against the gateway of the shards' own silo; all on one CPU. Thread: the main one.
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

internal sealed class RemoteBars : IBarGroup
{
    private const double Limit = 0.3;
    private static readonly ThroughputLine[] Lines = [new("remote-set-16", CommandMix.Set, 16, Limit), new("remote-get-16", CommandMix.Get, 16, Limit)];

    public IReadOnlyList<string> Names { get; } = [.. Lines.Select(l => l.Name)];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var silos = new TwoSilos(context, Durability.Off);
        LoadOptions keys = silos.LoadOnSecond();
        silos.Fill(keys);
        foreach (ThroughputLine line in Lines.Where(l => context.Options.Wants(l.Name)))
        {
            ChildServer[] gateways = [silos.First, silos.Second]; // remote, local
            double[][] rates = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
            for (int round = 0; round < context.Options.Rounds; round++)
            {
                foreach (int s in BarsContext.OrderOf(round))
                {
                    using LoadRun run = LoadRun.Start(gateways[s].EndPoint, keys with { Mix = line.Mix, Pipeline = line.Pipeline }, context.Cancel);
                    LoadResult result = run.Wait();
                    if (result.Outcomes.Errors + result.WarmupErrors + result.Outcomes[ReplyOutcome.Miss] + result.Outcomes[ReplyOutcome.WrongValue] > 0)
                    {
                        throw new BenchException($"{line.Name}: errors, or values that are not right: {string.Join(" | ", result.ErrorSamples)}");
                    }
                    rates[s][round] = result.RequestsPerSecond;
                    context.Tell(FormattableString.Invariant(
                        $"{line.Name} {round + 1}/{context.Options.Rounds} {(s == 0 ? "remote" : "local"),-6} {result.RequestsPerSecond,11:n0} requests/s, p99 {result.All.PercentileNs(99) / 1000,7:n0} us"));
                }
            }
            yield return BarResult.AtLeast(line.Name,
                $"{line.Mix.ToString().ToUpperInvariant()}, {context.Options.Connections} connections, pipeline {line.Pipeline}, through the other silo, persistence off",
                "requests/s", line.Limit, rates[0], rates[1], "against the same keys through their own silo");
        }
    }
}
