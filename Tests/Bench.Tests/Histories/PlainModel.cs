using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;
using static OrleansKv.Bench.Tests.Histories.HistoryBuilder;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>What a key of any kind does, and nothing that is derived from a history; "" is an absent key.</summary>
internal sealed class PlainModel : ISequentialModel<string, KeyOperation>
{
    public string Initial => "";

    public bool TryApply(string state, KeyOperation operation, out string next)
    {
        bool isSeen = (operation.Seen ?? "") == state;
        next = operation.Action switch
        {
            KeyAction.Read => state,
            KeyAction.Append => state + operation.Written,
            KeyAction.Increment => Text((state.Length == 0 ? 0 : long.Parse(state, null)) + 1),
            _ => operation.Written!,
        };
        return operation.Action switch
        {
            KeyAction.Read or KeyAction.CompareAndSet => isSeen,
            KeyAction.Set => true,
            KeyAction.Swap => isSeen || !operation.IsKnown,
            KeyAction.Append => !operation.IsKnown || operation.Seen == Text(next.Length),
            _ => !operation.IsKnown || operation.Seen == next,
        };
    }
}
