using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Load;

/// <summary>What one run has measured. Immutable by convention after LoadRun has made it; any thread.</summary>
internal sealed record LoadResult
{
    public required OutcomeCounts Outcomes { get; init; }
    public required long WarmupErrors { get; init; }

    /// <summary>
    /// Due within the time but not sent, because the server did not keep up with the rate. They are in <see cref="All"/>
    /// with the time they had waited by the end, a lower bound: leaving them out would flatter the server.
    /// </summary>
    public required long Unsent { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required long ElapsedNs { get; init; }
    public required LatencyHistogram Reads { get; init; }
    public required LatencyHistogram Writes { get; init; }
    public required LatencyHistogram All { get; init; }
    public required LatencyHistogram InWindow { get; init; }
    public required ThroughputSeries Series { get; init; }

    /// <summary>CPU time of the worker threads during the measured part, 0 if the platform does not tell.</summary>
    public required double GeneratorCpuSeconds { get; init; }
    public required long AllocatedBytes { get; init; }
    public required IReadOnlyList<string> ErrorSamples { get; init; }
    public required string? WrongValueSample { get; init; }

    public double Seconds => ElapsedNs / 1e9;
    public long Requests => Outcomes.Total;

    public static LoadResult Of(RunPlan plan, IReadOnlyList<Worker> workers)
    {
        var outcomes = new OutcomeCounts();
        LatencyHistogram reads = new(), writes = new(), all = new(), inWindow = new();
        var series = new ThroughputSeries();
        foreach (ReplyTally tally in workers.Select(w => w.Tally))
        {
            outcomes.Add(tally.Outcomes);
            reads.Add(tally.Reads);
            writes.Add(tally.Writes);
            inWindow.Add(tally.InWindow);
            series.Merge(tally.Series);
        }

        all.Add(reads);
        all.Add(writes);
        LatencyHistogram[] unsent = [.. workers.Select(w => w.UnsentWaits())];
        Array.ForEach(unsent, all.Add);
        long elapsedNs = Math.Max(RunPlan.ToNs(workers.Max(w => w.Tally.LastReplyTs) - plan.MeasureFromTs), 0);
        // An overloaded open loop answers requests of the past: what counts is how many replies the time brought.
        long counted = workers[0].IsOpenLoop ? workers.Sum(w => w.Tally.RepliesInTime) : outcomes.Total;
        return new LoadResult
        {
            Outcomes = outcomes,
            WarmupErrors = workers.Sum(w => w.Tally.WarmupErrors),
            Unsent = unsent.Sum(u => u.Count),
            RequestsPerSecond = elapsedNs == 0 ? 0 : counted * 1e9 / elapsedNs,
            ElapsedNs = elapsedNs,
            Reads = reads,
            Writes = writes,
            All = all,
            InWindow = inWindow,
            Series = series,
            GeneratorCpuSeconds = workers.Sum(w => w.CpuNs) / 1e9,
            AllocatedBytes = workers.Sum(w => w.AllocatedBytes),
            ErrorSamples = [.. workers.SelectMany(w => w.Checker.ErrorSamples).Distinct().Take(5)],
            WrongValueSample = workers.Select(w => w.Checker.WrongValueSample).FirstOrDefault(s => s is not null),
        };
    }
}
