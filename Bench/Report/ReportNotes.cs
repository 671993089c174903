using OrleansKv.Bench.Load;
using static OrleansKv.Bench.Report.Numbers;

namespace OrleansKv.Bench.Report;

/// <summary>What makes a figure doubtful, in words. No state; any thread.</summary>
internal static class ReportNotes
{
    // Above this the server waited for the generator as often as not (measured: redis at pipeline 1 leaves it 85 % busy).
    private const double BusyLimit = 0.95;
    private const double FewSeconds = 1;

    // A request due in the last instant finds its connection busy: that is no overload.
    private const double UnsentLimit = 0.001;

    public static IEnumerable<string> Of(ServerReport server, LoadOptions options)
    {
        long errors = server.Rounds.Sum(r => r.Errors);
        long warmupErrors = server.Rounds.Sum(r => r.WarmupErrors);
        if (errors + warmupErrors > 0)
        {
            yield return Text($"{server.Name}: {errors:n0} error replies ({warmupErrors:n0} more in the warm-up), such as: "
                + $"{string.Join(" | ", server.ErrorSamples)}");
        }

        if (server.Rounds.Sum(r => r.WrongValues) is > 0 and long wrong)
        {
            yield return Text($"{server.Name}: {wrong:n0} GETs brought a value that this run would not have written (another run's keys? "
                + $"--fill overwrites them): {server.WrongValueSample}");
        }

        long hits = server.Rounds.Sum(r => r.Hits);
        if (server.Rounds.Sum(r => r.Misses) is > 0 and long misses)
        {
            yield return Text($"{server.Name}: {(double)misses / (misses + hits):0.0%} of the GETs found nothing; --fill writes every "
                + $"key first.");
        }

        long unsent = server.Rounds.Sum(r => r.Unsent);
        if (unsent > UnsentLimit * server.Rounds.Sum(r => r.Requests))
        {
            yield return Text($"{server.Name}: did not keep up with --rate: {unsent:n0} requests were due but never sent; the "
                + $"percentiles hold them with the time they had waited by the end, a lower bound.");
        }

        double busy = server.Rounds.Max(r => r.GeneratorBusy);
        if (!options.IsOpenLoop && busy > BusyLimit)
        {
            yield return Text($"{server.Name}: the generator's threads were {busy:0%} busy: it, not the server, may have been the limit. "
                + $"Give it more --threads or cores.");
        }

        if (server.Rounds.Min(r => r.Seconds) < FewSeconds)
        {
            yield return Text($"{server.Name}: a round took only {server.Rounds.Min(r => r.Seconds):0.000} s; raise --requests for a "
                + $"figure that repeats.");
        }
    }
}
