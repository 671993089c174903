using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Report;

/// <summary>One round of one server as a report shows it. Immutable; any thread.</summary>
internal sealed record RoundReport
{
    public required int Round { get; init; }

    /// <summary>1: ran first in its round, 2: second.</summary>
    public required int Place { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required double Seconds { get; init; }
    public required long Requests { get; init; }
    public required long Reads { get; init; }
    public required long Writes { get; init; }
    public required long Hits { get; init; }
    public required long Misses { get; init; }
    public required long WrongValues { get; init; }
    public required long Errors { get; init; }
    public required long WarmupErrors { get; init; }
    public required long Unsent { get; init; }
    public required LatencySummary Latency { get; init; }
    public required LatencySummary ReadLatency { get; init; }
    public required LatencySummary WriteLatency { get; init; }

    /// <summary>CPU time of the generator's threads a request; 0 if unknown. An open loop spins between due times.</summary>
    public required double GeneratorCpuNanosPerRequest { get; init; }

    /// <summary>Part of the round that the generator's threads were busy: near 1, the generator was the limit.</summary>
    public required double GeneratorBusy { get; init; }
    public required double SeriesIntervalSeconds { get; init; }
    public required double[] SeriesRequestsPerSecond { get; init; }

    public static RoundReport Of(LoadResult result, int round, int place, int threads)
    {
        long intervalNs = result.Series.IntervalNs(result.ElapsedNs);
        return new RoundReport
        {
            Round = round,
            Place = place,
            RequestsPerSecond = Math.Round(result.RequestsPerSecond, 1),
            Seconds = Math.Round(result.Seconds, 6),
            Requests = result.Requests,
            Reads = result.Outcomes.Reads,
            Writes = result.Outcomes.Writes,
            Hits = result.Outcomes[ReplyOutcome.Hit],
            Misses = result.Outcomes[ReplyOutcome.Miss],
            WrongValues = result.Outcomes[ReplyOutcome.WrongValue],
            Errors = result.Outcomes.Errors,
            WarmupErrors = result.WarmupErrors,
            Unsent = result.Unsent,
            Latency = LatencySummary.Of(result.All),
            ReadLatency = LatencySummary.Of(result.Reads),
            WriteLatency = LatencySummary.Of(result.Writes),
            GeneratorCpuNanosPerRequest = result.Requests == 0 ? 0 : Math.Round(result.GeneratorCpuSeconds * 1e9 / result.Requests, 1),
            GeneratorBusy = result.ElapsedNs == 0 ? 0 : Math.Round(result.GeneratorCpuSeconds / result.Seconds / threads, 4),
            SeriesIntervalSeconds = intervalNs / 1e9,
            SeriesRequestsPerSecond = [.. result.Series.PerSecond(intervalNs, result.ElapsedNs).Select(v => Math.Round(v))],
        };
    }
}
