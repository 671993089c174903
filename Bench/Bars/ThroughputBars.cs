// Owns: the lines that compare requests a second at one durability. Thread: the main one.
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

internal sealed class ThroughputBars(Durability durability, string durabilityText, ThroughputLine[] lines) : IBarGroup
{
    // Above this the line measures the generator as much as the server.
    private const double BusyLimit = 0.95;

    public IReadOnlyList<string> Names { get; } = [.. lines.Select(l => l.Name)];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var pair = ServerPair.Start(context, durability);
        foreach (ChildServer server in pair.Servers)
        {
            context.Fill(server);
        }
        foreach (ThroughputLine line in lines.Where(l => context.Options.Wants(l.Name)))
        {
            yield return Measure(context, pair, line);
        }
    }

    private BarResult Measure(BarsContext context, ServerPair pair, ThroughputLine line)
    {
        LoadOptions load = context.Load with { Mix = line.Mix, Pipeline = line.Pipeline };
        double[][] rates = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
        double busiest = 0;
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                using LoadRun run = LoadRun.Start(pair.Servers[s].EndPoint, load, context.Cancel);
                LoadResult result = run.Wait();
                RequireRight(pair.Servers[s], result);
                rates[s][round] = result.RequestsPerSecond;
                double busy = result.GeneratorCpuSeconds / result.Seconds;
                busiest = Math.Max(busiest, busy);
                context.Tell(FormattableString.Invariant(
                    $"{line.Name} {round + 1}/{context.Options.Rounds} {pair.Servers[s].Name,-5} {result.RequestsPerSecond,11:n0} requests/s, p99 {result.All.PercentileNs(99) / 1000,7:n0} us, generator {busy:0%} busy"));
            }
        }
        string note = busiest > BusyLimit ? FormattableString.Invariant($"generator up to {busiest:0%} busy: it may have been the limit") : "";
        return BarResult.AtLeast(line.Name,
            $"{line.Mix.ToString().ToUpperInvariant()}, {context.Options.Connections} connections, pipeline {line.Pipeline}, {durabilityText}",
            "requests/s", line.Limit, rates[0], rates[1], note);
    }

    private static void RequireRight(ChildServer server, LoadResult result)
    {
        if (result.Outcomes.Errors + result.WarmupErrors > 0)
        {
            throw new BenchException($"{server.Name} answered with errors: {string.Join(" | ", result.ErrorSamples)}");
        }
        if (result.Outcomes[ReplyOutcome.WrongValue] + result.Outcomes[ReplyOutcome.Miss] > 0)
        {
            throw new BenchException($"{server.Name} lost or changed values: {result.Outcomes[ReplyOutcome.Miss]} GETs found nothing; {result.WrongValueSample}");
        }
    }
}
