using OrleansKv.Bench.Histories.Traffic;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>How often an error was answered, or an answer missing.</summary>
internal sealed record ErrorRow(int Count, OperationOutcome Outcome, string Error)
{
    /// <summary>More differ in nothing but names.</summary>
    private const int MaxRows = 20;

    public static ErrorRow[] Of(IReadOnlyList<RecordedOperation> operations) =>
    [
        .. operations.Where(o => o.Error is not null).GroupBy(o => (o.Error, o.Outcome)).OrderByDescending(g => g.Count())
            .Select(g => new ErrorRow(g.Count(), g.Key.Outcome, g.Key.Error!)).Take(MaxRows),
    ];
}
