using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;
using static OrleansKv.Bench.Tests.Histories.HistoryBuilder;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>Histories of a register that are known to be good or bad.</summary>
public sealed class RegisterModelTests
{
    [Fact]
    public void ReadOfAWriteThatReturned_IsLinearizable() => AssertGood(Read(0, 1, null), Set(2, 3, "a"), Read(4, 5, "a"));

    [Fact]
    public void StaleRead_IsNot() => AssertBad(Set(0, 1, "a"), Set(2, 3, "b"), Read(4, 5, "a"));

    [Fact]
    public void AbsentBehindAWrite_IsNot() => AssertBad(Set(0, 1, "a"), Read(2, 3, null));

    [Fact]
    public void ValueThatNobodyWrote_IsNot() => AssertBad(Set(0, 1, "a"), Read(2, 3, "b"));

    [Fact]
    public void TwoValuesSeenInTurns_IsNot() =>
        AssertBad(Set(0, 9, "a"), Set(0, 9, "b"), Read(1, 2, "a"), Read(3, 4, "b"), Read(5, 6, "a"));

    [Fact]
    public void UnknownWrite_SeenMuchLater_IsLinearizable() =>
        AssertGood(Unknown(0, KeyAction.Set, "a"), Set(1, 2, "b"), Read(3, 4, "b"), Read(5, 6, "a"));

    [Fact]
    public void UnknownWrite_SeenAndGoneAgain_IsNot() =>
        AssertBad(Set(0, 1, "b"), Unknown(2, KeyAction.Set, "a"), Read(3, 4, "a"), Read(5, 6, "b"));

    [Fact]
    public void UnknownWrites_NeverSeen_AreLinearizable() => AssertGood(
        [.. Enumerable.Range(0, 100).Select(i => Unknown(i, KeyAction.Set, $"u{i}")), Set(100, 101, "a"), Read(102, 103, "a")]);

    [Fact]
    public void Swap_ThatSawTheValueBefore_IsLinearizable() =>
        AssertGood(Set(0, 1, "a"), Swap(2, 3, "b", "a"), Swap(4, 5, "c", "b"), Read(6, 7, "c"));

    [Fact]
    public void Swaps_ThatSawTheSameValue_AreNot() => AssertBad(Set(0, 1, "a"), Swap(2, 5, "b", "a"), Swap(2, 5, "c", "a"));

    [Fact]
    public void CompareAndSet_OverAValueThatWasOverwritten_IsNot() =>
        AssertBad(Set(0, 1, "a"), Set(2, 3, "b"), CompareAndSet(4, 5, "c", "a"));

    [Fact]
    public void CompareAndSet_OfWhichOneWins_IsLinearizable() =>
        AssertGood(Read(0, 1, null), CompareAndSet(2, 3, "a", null), Read(4, 5, "a"));

    [Fact]
    public void UnknownCompareAndSet_OverAnotherValue_DidNotHappen() =>
        AssertBad(Set(0, 1, "a"), Unknown(2, KeyAction.CompareAndSet, "c", "b"), Read(3, 4, "c"));

    // The search over small histories found that the value between the two, which nobody saw, was taken for one that need not have been.
    [Fact]
    public void UnknownCompareAndSet_OverAValueThatOnlyItSaw_MayHaveHappened() => AssertGood(
        Unknown(0, KeyAction.Set, "a"), Unknown(1, KeyAction.CompareAndSet, "b", "a"), Read(2, 3, "b"));

    [Fact]
    public void FirstContradiction_IsTheStaleRead()
    {
        KeyHistory history = KeyHistories.Of(KeyKind.Register,
            Set(0, 1, "a"), Set(2, 3, "b"), Read(4, 5, "a"), Set(6, 7, "c"), Read(8, 9, "b"));
        Assert.Equal(Verdict.NotLinearizable, history.Check());
        Assert.Equal(history.Operations[2], history.FirstContradiction());
    }

    private static void AssertGood(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.Linearizable, KeyHistories.Of(KeyKind.Register, history).Check());

    private static void AssertBad(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.NotLinearizable, KeyHistories.Of(KeyKind.Register, history).Check());
}
