using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Histories.Validation;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>How many operations of a kind had which outcome.</summary>
internal sealed record OutcomeRow(KeyAction Action, int Done, int NotDone, int Unknown)
{
    public static OutcomeRow[] Of(IReadOnlyList<RecordedOperation> operations) =>
    [
        .. operations.GroupBy(o => o.Operation.Action).OrderBy(g => g.Key).Select(g => new OutcomeRow(
            g.Key,
            g.Count(o => o.Outcome == OperationOutcome.Done),
            g.Count(o => o.Outcome == OperationOutcome.NotDone),
            g.Count(o => o.Outcome == OperationOutcome.Unknown))),
    ];
}
