using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories;

/// <summary>Everything that one run has found out. Immutable.</summary>
internal sealed record HistoriesResult
{
    /// <summary>With fewer a run shows nothing.</summary>
    public const int MinFaults = 3;

    public required HistoriesOptions Options { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Of the traffic, without the start of the nodes and the last reads.</summary>
    public required TimeSpan Duration { get; init; }

    public required IReadOnlyList<RecordedOperation> Operations { get; init; }
    public required IReadOnlyList<Fault> Faults { get; init; }
    public required IReadOnlyList<NodeEnd> Ends { get; init; }
    public required IReadOnlyList<KeyVerdict> Keys { get; init; }

    /// <summary>Violations in words: lost writes, keys that differ or cannot be read, copies that do not become level.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public int Answered => Operations.Count(o => o.Outcome == OperationOutcome.Done && o.Returned <= Duration);

    public bool IsViolated => Problems.Count > 0 || Keys.Any(k => k.Verdict == Verdict.NotLinearizable);

    public int Undecided => Keys.Count(k => k.Verdict == Verdict.Undecided);

    /// <summary>Why the run shows nothing although nothing wrong was found; null where it does.</summary>
    public string? TooLittle
    {
        get
        {
            if (Answered < Options.Operations / 2)
                return $"Only {Answered} of {Options.Operations} operations were answered: give it more --seconds.";
            return Options.Fault != FaultChoice.None && Faults.Count < MinFaults
                ? $"Only {Faults.Count} faults happened, {MinFaults} are the least: give it more --operations and --seconds."
                : null;
        }
    }

    public int ExitCode => IsViolated ? 1 : TooLittle is not null || Undecided > 0 ? 3 : 0;

    public string VerdictText
    {
        get
        {
            if (IsViolated) return "VIOLATION: not what a linearizable store answers";
            if (TooLittle is { } why) return "INVALID: " + why;
            return Undecided > 0
                ? $"UNDECIDED: the histories of {Undecided} of {Keys.Count} keys were too long to be checked; no violation in the others"
                : $"linearizable: the histories of all {Keys.Count} keys";
        }
    }
}
