using System.Globalization;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>
/// A number that is counted up by one. A number that no answer shows was made by an increment without a known outcome. Those differ in
/// nothing but when they were called, so the one that was called first can be taken for the lowest such number, and so on; the others need
/// not have happened.
/// </summary>
internal sealed class CounterModel : ISequentialModel<long, KeyOperation>
{
    private readonly Dictionary<string, long> _madeBy = [];

    public CounterModel(IReadOnlyCollection<HistoryOperation<KeyOperation>> history)
    {
        HashSet<long> answered =
        [
            .. history.Select(o => o.Operation).Where(o => o is { Action: KeyAction.Increment, IsKnown: true })
                .Select(o => Number(o.Seen)),
        ];
        long last = history.Select(o => o.Operation).Where(o => o.IsKnown).Select(o => Number(o.Seen)).DefaultIfEmpty(0).Max();
        long made = 0;
        foreach (HistoryOperation<KeyOperation> unknown in history.Where(o => !o.Operation.IsKnown).OrderBy(o => o.Called))
        {
            do made++;
            while (answered.Contains(made));
            if (made > last) break;
            _madeBy[unknown.Operation.Written!] = made;
        }
    }

    public long Initial => 0;

    public bool TryApply(long state, KeyOperation operation, out long next)
    {
        next = operation.Action == KeyAction.Read ? state : state + 1;
        return operation.IsKnown ? Number(operation.Seen) == next : _madeBy.GetValueOrDefault(operation.Written!, -1) == next;
    }

    // An absent key counts from 0; what is no number is never right.
    private static long Number(string? text) =>
        text is null ? 0 : long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : -1;
}
