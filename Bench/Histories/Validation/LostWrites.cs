using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>
/// Acknowledged writes that the last read of a key does not show, in plain words. The checker finds them, too; this says which they are. Of
/// a register nothing can be said without the order of its writes.
/// </summary>
internal static class LostWrites
{
    public static string? Of(KeyHistory history)
    {
        KeyOperation[] acknowledged =
            [.. history.Operations.Select(o => o.Operation).Where(o => o is { IsKnown: true, Written: not null })];
        string? last = history.Operations.Where(o => o.Operation.Action == KeyAction.Read).MaxBy(o => o.Returned)?.Operation.Seen;
        switch (history.Key.Kind)
        {
            case KeyKind.Append:
                HashSet<string> there = [.. (last ?? "").Split(AppendModel.EndOfToken).Select(t => t + AppendModel.EndOfToken)];
                string[] lost = [.. acknowledged.Select(o => o.Written!).Where(t => !there.Contains(t))];
                return lost.Length == 0 ? null : $"{lost.Length} acknowledged tokens are lost: {string.Join(' ', lost)}";
            case KeyKind.Counter:
                long count = long.TryParse(last, out long number) ? number : 0;
                return count >= acknowledged.Length ? null : $"{acknowledged.Length} increments were acknowledged, and the key is {count}";
            default:
                return null;
        }
    }
}
