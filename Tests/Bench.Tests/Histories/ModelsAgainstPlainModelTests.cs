using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;
using static OrleansKv.Bench.Tests.Histories.HistoryBuilder;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>
/// The models use what a whole history shows to refuse early. Over many small histories, good and bad ones, they decide as a model that
/// knows nothing but the state does.
/// </summary>
public sealed class ModelsAgainstPlainModelTests
{
    private const int Histories = 6_000;

    [Theory]
    [InlineData(KeyKind.Register)]
    [InlineData(KeyKind.Append)]
    [InlineData(KeyKind.Counter)]
    public void Check_OfSmallHistories_DecidesAsThePlainModelDoes(object kind)
    {
        int good = 0;
        for (int seed = 0; seed < Histories; seed++)
        {
            HistoryOperation<KeyOperation>[] history = Make((KeyKind)kind, new Random(seed));
            Verdict expected = LinearizabilityChecker.Check(new PlainModel(), history);
            Verdict found = KeyHistories.Of((KeyKind)kind, history).Check();
            string lines = string.Join('\n', history.Select(HistoryText.Line));
            Assert.True(expected == found, $"seed {seed}: {found} instead of {expected}:\n{lines}");
            if (found == Verdict.Linearizable) good++;
        }

        Assert.InRange(good, Histories / 10, Histories * 9 / 10);
    }

    // A run of the plain model whose answers are given at random times around it; of every second history one answer is then another one's.
    private static HistoryOperation<KeyOperation>[] Make(KeyKind kind, Random random)
    {
        int count = random.Next(2, 9);
        var model = new PlainModel();
        string state = model.Initial;
        var history = new List<HistoryOperation<KeyOperation>>();
        for (int i = 0; i < count; i++)
        {
            KeyOperation operation = Next(kind, random, state, i);
            bool isLost = operation.Action != KeyAction.Read && random.Next(3) == 0;
            bool happens = !isLost || random.Next(2) == 0;
            if (happens && model.TryApply(state, operation with { IsKnown = false }, out string next)) state = next;
            if (!isLost && operation.Action is KeyAction.Append) operation = operation with { Seen = Text(state.Length) };
            if (!isLost && operation.Action is KeyAction.Increment) operation = operation with { Seen = state };
            int called = (10 * i) - random.Next(25), returned = (10 * i) + random.Next(25);
            history.Add(new HistoryOperation<KeyOperation>(i, TimeSpan.FromSeconds(called),
                isLost ? TimeSpan.MaxValue : TimeSpan.FromSeconds(returned), operation with { IsKnown = !isLost }));
        }

        if (random.Next(2) == 0) Spoil(history, random);
        return [.. history];
    }

    private static KeyOperation Next(KeyKind kind, Random random, string state, int number)
    {
        string? seen = state.Length == 0 ? null : state;
        string value = "v" + Text(number);
        if (random.Next(5) < 2) return new KeyOperation(KeyAction.Read, null, seen);
        return (kind, random.Next(3)) switch
        {
            (KeyKind.Append, _) => new KeyOperation(KeyAction.Append, value + AppendModel.EndOfToken, null),
            (KeyKind.Counter, _) => new KeyOperation(KeyAction.Increment, value, null),
            (_, 0) => new KeyOperation(KeyAction.Set, value, null),
            (_, 1) => new KeyOperation(KeyAction.Swap, value, seen),
            _ => new KeyOperation(KeyAction.CompareAndSet, value, seen),
        };
    }

    private static void Spoil(List<HistoryOperation<KeyOperation>> history, Random random)
    {
        int at = random.Next(history.Count), from = random.Next(history.Count);
        KeyOperation spoilt = history[at].Operation with { Seen = history[from].Operation.Seen };
        if (history[at].Operation.Action != KeyAction.Set) history[at] = history[at] with { Operation = spoilt };
    }
}
