using System.Globalization;
using System.Net;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>What alternating rounds of one load on two servers found; what they answered was right.</summary>
/// <param name="Rates">Requests a second: by server, by round.</param>
/// <param name="Busiest">The generator's busiest round, processors.</param>
internal sealed record ThroughputRounds(double[][] Rates, double Busiest)
{
    /// <summary>Runs them; an error or a wrong value fails the line.</summary>
    public static ThroughputRounds Run(BarsContext context, string line, LoadOptions load, (string Name, IPEndPoint EndPoint)[] servers)
    {
        double[][] rates = [new double[context.Options.Rounds], new double[context.Options.Rounds]];
        double busiest = 0;
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                using LoadRun run = LoadRun.Start(servers[s].EndPoint, load, context.Cancel);
                LoadResult result = run.Wait();
                RequireRight(servers[s].Name, result);
                rates[s][round] = result.RequestsPerSecond;
                double busy = result.GeneratorCpuSeconds / result.Seconds;
                busiest = Math.Max(busiest, busy);
                context.Tell(string.Create(CultureInfo.InvariantCulture,
                    $"{line} {round + 1}/{context.Options.Rounds} {servers[s].Name,-6} {result.RequestsPerSecond,11:n0} requests/s, p99 "
                        + $"{result.All.PercentileNs(99) / 1000,7:n0} us, generator {busy:0%} busy"));
            }
        }

        return new ThroughputRounds(rates, busiest);
    }

    private static void RequireRight(string server, LoadResult result)
    {
        if (result.Outcomes.Errors + result.WarmupErrors > 0)
            throw new BenchException($"{server} answered with errors: {string.Join(" | ", result.ErrorSamples)}");
        if (result.Outcomes[ReplyOutcome.WrongValue] + result.Outcomes[ReplyOutcome.Miss] > 0)
        {
            throw new BenchException(
                $"{server} lost or changed values: {result.Outcomes[ReplyOutcome.Miss]} GETs found nothing; {result.WrongValueSample}");
        }
    }
}
