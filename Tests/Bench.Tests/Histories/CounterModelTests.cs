using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;
using static OrleansKv.Bench.Tests.Histories.HistoryBuilder;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>Histories of a counter that are known to be good or bad.</summary>
public sealed class CounterModelTests
{
    [Fact]
    public void Counted_IsLinearizable() => AssertGood(Read(0, 1, null), Increment(2, 3, 1), Increment(4, 5, 2), Read(6, 7, "2"));

    [Fact]
    public void SameNumberTwice_IsNot() => AssertBad(Increment(0, 9, 1), Increment(1, 9, 1));

    [Fact]
    public void SmallerNumberLater_IsNot() => AssertBad(Increment(0, 1, 1), Increment(2, 3, 2), Read(4, 5, "1"));

    [Fact]
    public void NumberThatNobodyMade_IsNot() => AssertBad(Increment(0, 1, 1), Increment(2, 3, 3));

    [Fact]
    public void UnknownIncrement_ShownByAGap_IsLinearizable() =>
        AssertGood(Increment(0, 1, 1), Unknown(2, KeyAction.Increment, "u"), Increment(3, 4, 3), Read(5, 6, "3"));

    [Fact]
    public void UnknownIncrement_CalledBehindTheGap_IsNot() =>
        AssertBad(Increment(0, 1, 1), Increment(3, 4, 3), Unknown(5, KeyAction.Increment, "u"), Read(6, 7, "3"));

    [Fact]
    public void UnknownIncrement_ThatCountedTwice_IsNot() =>
        AssertBad(Increment(0, 1, 1), Unknown(2, KeyAction.Increment, "u"), Read(3, 4, "3"));

    [Fact]
    public void ManyUnknownIncrements_OfWhichHalfHappened_AreDecided()
    {
        HistoryOperation<KeyOperation>[] unknown = [.. Enumerable.Range(0, 60).Select(i => Unknown(i, KeyAction.Increment, $"u{i}"))];
        AssertGood([.. unknown, Increment(70, 71, 31), Read(72, 73, "31")]);
        AssertBad([.. unknown, Increment(70, 71, 31), Read(72, 73, "30")]);
    }

    [Fact]
    public void NoNumber_IsNot() => AssertBad(Increment(0, 1, 1), Read(2, 3, "x"));

    [Fact]
    public void LostIncrements_AreCounted() => Assert.Equal("2 increments were acknowledged, and the key is 1",
        LostWrites.Of(KeyHistories.Of(KeyKind.Counter, Increment(0, 1, 1), Increment(2, 3, 2), Read(4, 5, "1"))));

    private static void AssertGood(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.Linearizable, KeyHistories.Of(KeyKind.Counter, history).Check());

    private static void AssertBad(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.NotLinearizable, KeyHistories.Of(KeyKind.Counter, history).Check());
}
