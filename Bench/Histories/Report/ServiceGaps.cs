using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Traffic;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>
/// How long a key was without an answer: the longest time between two operations of one key that were answered, whoever asked, in a window.
/// As clients choose keys at random, some time passes without any fault, too; <see cref="Before"/> says how much. No state.
/// </summary>
internal static class ServiceGaps
{
    /// <summary>For each fault the longest gap, s, of any key from its beginning until the next one's, or the end of the traffic.</summary>
    public static double[] Of(IReadOnlyList<Fault> faults, IReadOnlyList<RecordedOperation> operations, TimeSpan end) =>
    [
        .. faults.Select((f, i) => Longest(operations, f.Began, i + 1 < faults.Count ? faults[i + 1].Began : end)),
    ];

    /// <summary>The longest gap, s, before the first fault.</summary>
    public static double Before(IReadOnlyList<Fault> faults, IReadOnlyList<RecordedOperation> operations, TimeSpan end) =>
        Longest(operations, TimeSpan.Zero, faults.Count > 0 ? faults[0].Began : end);

    private static double Longest(IReadOnlyList<RecordedOperation> operations, TimeSpan from, TimeSpan to)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (IGrouping<int, RecordedOperation> key in operations.Where(o => o.Returned <= to).GroupBy(o => o.Key.Place))
        {
            TimeSpan last = from;
            IEnumerable<RecordedOperation> done = key.Where(o => o.Outcome == OperationOutcome.Done && o.Returned > from);
            foreach (TimeSpan answered in done.Select(o => o.Returned).Order())
            {
                longest = Max(longest, answered - last);
                last = answered;
            }

            longest = Max(longest, to - last);
        }

        return longest.TotalSeconds;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
