using System.Globalization;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>
/// Unique tokens one behind the other, each ended by <see cref="EndOfToken"/>. The longest value that somebody has read shows the order of
/// all tokens in it; so the state is how many of its characters are there, and every other read must be a beginning of it.
/// </summary>
internal sealed class AppendModel : ISequentialModel<int, KeyOperation>
{
    /// <summary>No token holds it elsewhere, so none is the beginning of another.</summary>
    public const char EndOfToken = ';';

    private readonly string _longest;
    private readonly int _greatestLength;

    public AppendModel(IReadOnlyCollection<HistoryOperation<KeyOperation>> history)
    {
        _longest = history.Select(o => o.Operation).Where(o => o.Action == KeyAction.Read).Select(o => o.Seen ?? "").MaxBy(v => v.Length)
            ?? "";
        _greatestLength = history.Select(o => o.Operation).Where(o => o is { Action: KeyAction.Append, IsKnown: true })
            .Select(o => Length(o.Seen)).DefaultIfEmpty(0).Max();
    }

    public int Initial => 0;

    public bool TryApply(int state, KeyOperation operation, out int next)
    {
        next = state;
        if (operation.Action == KeyAction.Read)
        {
            string seen = operation.Seen ?? "";
            return seen.Length == state && _longest.StartsWith(seen, StringComparison.Ordinal);
        }

        string token = operation.Written ?? throw new ArgumentException($"no token: {operation}", nameof(operation));
        next = state + token.Length;
        bool isRightLength = !operation.IsKnown || Length(operation.Seen) == next;
        if (state < _longest.Length) return isRightLength && _longest.AsSpan(state).StartsWith(token);
        // Nobody has read so far: where an unknown one has happened, the lengths behind it show that.
        return isRightLength && (operation.IsKnown || state < _greatestLength);
    }

    private static int Length(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out int length) ? length : -1;
}
