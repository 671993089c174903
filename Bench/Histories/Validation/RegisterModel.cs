using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>
/// A register whose values are unique. As each is written once, it is overwritten only when all who saw it have taken effect; and a write
/// without a known outcome need not have happened if its value was neither seen nor led to one that was. Both follow from the history, and
/// spare the search most of its wrong ways.
/// </summary>
internal sealed class RegisterModel : ISequentialModel<RegisterState, KeyOperation>
{
    private readonly Dictionary<string, int> _seenBy = [];
    private readonly HashSet<string> _matters = [];
    private readonly int _absentSeenBy;

    public RegisterModel(IReadOnlyCollection<HistoryOperation<KeyOperation>> history)
    {
        foreach (KeyOperation operation in history.Select(o => o.Operation).Where(Sees))
        {
            if (operation.Seen is not { } value) _absentSeenBy++;
            else _seenBy[value] = _seenBy.GetValueOrDefault(value) + 1;
        }

        // A compare-and-set that has made a value that matters has found another one, which matters, too.
        Dictionary<string, string> foundBy = history.Select(o => o.Operation)
            .Where(o => o is { IsKnown: false, Action: KeyAction.CompareAndSet, Seen: not null })
            .ToDictionary(o => o.Written!, o => o.Seen!);
        foreach (string seen in _seenBy.Keys)
        {
            for (string? value = seen; value is not null && _matters.Add(value);) value = foundBy.GetValueOrDefault(value);
        }
    }

    public RegisterState Initial => new(null, _absentSeenBy);

    public bool TryApply(RegisterState state, KeyOperation operation, out RegisterState next)
    {
        bool isSeen = operation.Seen == state.Value;
        next = operation.Written is { } value ? new RegisterState(value, _seenBy.GetValueOrDefault(value))
            : state with { Unseen = state.Unseen - 1 };
        return operation.Action switch
        {
            KeyAction.Read => isSeen,
            KeyAction.Set => state.Unseen == 0 && MayMatter(operation),
            KeyAction.Swap when !operation.IsKnown => state.Unseen == 0 && MayMatter(operation),
            KeyAction.Swap => isSeen && state.Unseen == 1, // it sees the value itself
            KeyAction.CompareAndSet when !operation.IsKnown => isSeen && state.Unseen == 0 && MayMatter(operation),
            KeyAction.CompareAndSet => isSeen && state.Unseen == 1,
            _ => throw new ArgumentException($"a register knows no {operation.Action}", nameof(operation)),
        };
    }

    private bool MayMatter(KeyOperation operation) => operation.IsKnown || _matters.Contains(operation.Written!);

    private static bool Sees(KeyOperation operation) => operation is { IsKnown: true, Action: not KeyAction.Set };
}
