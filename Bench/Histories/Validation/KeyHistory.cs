using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>All that clients have asked of one key and been told. Immutable.</summary>
internal sealed record KeyHistory(TrafficKey Key, IReadOnlyList<HistoryOperation<KeyOperation>> Operations)
{
    /// <summary>Steps of one check, at most. Each keeps a set of operations, of some hundred bytes: this many fit in half a GiB.</summary>
    private const long MaxSteps = 1_000_000;

    /// <summary>
    /// What has been recorded of one key. What surely was not done is no part of it; neither is a read without an answer. A write without
    /// one may take effect at any later time.
    /// </summary>
    public static KeyHistory Of(TrafficKey key, IEnumerable<RecordedOperation> recorded) => new(key,
    [
        .. from o in recorded
           where o.Outcome == OperationOutcome.Done || (o.Outcome == OperationOutcome.Unknown && o.Operation.Action != KeyAction.Read)
           let isKnown = o.Outcome == OperationOutcome.Done
           select new HistoryOperation<KeyOperation>(
               o.Process, o.Called, isKnown ? o.Returned : TimeSpan.MaxValue, o.Operation with { IsKnown = isKnown }),
    ]);

    public Verdict Check() => Key.Kind switch
    {
        KeyKind.Register => LinearizabilityChecker.Check(new RegisterModel(Operations), Operations, MaxSteps),
        KeyKind.Append => LinearizabilityChecker.Check(new AppendModel(Operations), Operations, MaxSteps),
        KeyKind.Counter => LinearizabilityChecker.Check(new CounterModel(Operations), Operations, MaxSteps),
        _ => throw new InvalidOperationException($"no model checks a key of the kind {Key.Kind}"),
    };

    /// <summary>What was known at a time: what had been called, and the answers that were there.</summary>
    public KeyHistory At(TimeSpan time) => this with
    {
        Operations =
        [
            .. from o in Operations
               where o.Called <= time && (o.Returned <= time || o.Operation.Action != KeyAction.Read)
               select o.Returned <= time ? o
                   : o with { Returned = TimeSpan.MaxValue, Operation = o.Operation with { IsKnown = false } },
        ],
    };

    /// <summary>
    /// The first answer that contradicts what was answered before it, of a history that is not linearizable; null where the checks of its
    /// beginnings came to no end.
    /// </summary>
    public HistoryOperation<KeyOperation>? FirstContradiction()
    {
        HistoryOperation<KeyOperation>[] answered = [.. Operations.Where(o => o.Operation.IsKnown).OrderBy(o => o.Returned)];
        int low = 0, high = answered.Length; // the beginning of a linearizable history is one
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (At(answered[middle].Returned).Check() == Verdict.NotLinearizable) high = middle;
            else low = middle + 1;
        }

        return low < answered.Length ? answered[low] : null;
    }
}
