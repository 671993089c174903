using OrleansKv.Simulation.Histories;
using OrleansKv.Simulation.Registers;
using Xunit;

namespace OrleansKv.Simulation.Tests;

/// <summary>Histories that are known to be good or bad. A checker that takes a bad one for good proves nothing.</summary>
public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void Empty_IsLinearizable() => Assert.Equal(Verdict.Linearizable, Check());

    [Fact]
    public void ReadOfAWriteThatReturned_IsLinearizable() => Assert.Equal(Verdict.Linearizable, Check(Write(0, 1, 1, 7), Read(2, 3, 1, 7)));

    [Fact]
    public void StaleReadAfterAWriteThatReturned_IsNot() =>
        Assert.Equal(Verdict.NotLinearizable, Check(Write(0, 1, 1, 7), Read(2, 3, 0, 0)));

    [Fact]
    public void StaleReadBesideTheWrite_IsLinearizable() => Assert.Equal(Verdict.Linearizable, Check(Write(0, 3, 1, 7), Read(1, 2, 0, 0)));

    [Fact]
    public void ReadThatEndsAtTheTimeAtWhichTheWriteBegins_MayCountAsBesideIt() =>
        Assert.Equal(Verdict.Linearizable, Check(Write(1, 3, 1, 7), Read(0, 1, 1, 7)));

    [Fact]
    public void NewValueThenOldValue_BothBesideTheWrite_IsNot() =>
        Assert.Equal(Verdict.NotLinearizable, Check(Write(0, 10, 1, 7), Read(1, 2, 1, 7), Read(3, 4, 0, 0)));

    [Fact]
    public void TwoWritesOfOneVersion_IsNot() => Assert.Equal(Verdict.NotLinearizable, Check(Write(0, 5, 1, 7), Write(0, 5, 1, 8)));

    [Fact]
    public void UnknownWrite_SeenLater_IsLinearizable() =>
        Assert.Equal(Verdict.Linearizable, Check(Unknown(0, 7), Read(1, 2, 0, 0), Read(5, 6, 1, 7)));

    [Fact]
    public void UnknownWrite_NeverSeen_IsLinearizable() =>
        Assert.Equal(Verdict.Linearizable, Check(Unknown(0, 7), Write(1, 2, 1, 8), Read(3, 4, 1, 8)));

    [Fact]
    public void UnknownWrite_SeenAndGoneAgain_IsNot() =>
        Assert.Equal(Verdict.NotLinearizable, Check(Unknown(0, 7), Read(1, 2, 1, 7), Read(3, 4, 0, 0)));

    [Fact]
    public void UnknownWrite_SeenTwiceAsTwoChanges_IsNot() =>
        Assert.Equal(Verdict.NotLinearizable, Check(Unknown(0, 7), Read(1, 2, 1, 7), Write(3, 4, 2, 8), Read(5, 6, 3, 7)));

    [Fact]
    public void SwapOfAnotherVersion_ThatSaysItChanged_IsNot() =>
        Assert.Equal(Verdict.NotLinearizable,
            Check(Write(0, 1, 1, 7), Op(2, 3, new RegisterOp(RegisterOpKind.Changed, 0, 8, new RegisterState(1, 8)))));

    [Fact]
    public void LongHistoryOfConcurrentWrites_NeedsItsMemory_AndIsLinearizable()
    {
        HistoryOperation<RegisterOp>[] history = [.. Enumerable.Range(1, 12).Select(i => Write(0, 100, 13 - i, i)), Read(200, 201, 12, 1)];
        Assert.Equal(Verdict.Linearizable, Check(history));
        Assert.Equal(Verdict.NotLinearizable, Check([.. history, Read(202, 203, 12, 2)]));
    }

    [Fact]
    public void UnknownSwapOfAnotherVersion_DidNotHappen_AndThatIsLinearizable() => Assert.Equal(Verdict.Linearizable, Check(
        new HistoryOperation<RegisterOp>(0, TimeSpan.Zero, TimeSpan.MaxValue, new RegisterOp(RegisterOpKind.PerhapsChanged, 5, 7, null)),
        Write(1, 2, 1, 8)));

    [Fact]
    public void BoundOnSteps_IsUndecided()
    {
        HistoryOperation<RegisterOp>[] history = [.. Enumerable.Range(1, 20).Select(i => Unknown(0, i)), Read(1, 2, 30, 21)];
        Assert.Equal(Verdict.Undecided, LinearizabilityChecker.Check(new RegisterModel(history), history, 1000));
    }

    private static Verdict Check(params HistoryOperation<RegisterOp>[] history) =>
        LinearizabilityChecker.Check(new RegisterModel(history), history);

    private static HistoryOperation<RegisterOp> Read(int called, int returned, long version, int token) =>
        Op(called, returned, new RegisterOp(RegisterOpKind.Read, null, 0, new RegisterState(version, token)));

    private static HistoryOperation<RegisterOp> Write(int called, int returned, long version, int token) =>
        Op(called, returned, new RegisterOp(RegisterOpKind.Changed, null, token, new RegisterState(version, token)));

    private static HistoryOperation<RegisterOp> Unknown(int called, int token) =>
        new(0, TimeSpan.FromSeconds(called), TimeSpan.MaxValue, new RegisterOp(RegisterOpKind.PerhapsChanged, null, token, null));

    private static HistoryOperation<RegisterOp> Op(int called, int returned, RegisterOp operation) =>
        new(0, TimeSpan.FromSeconds(called), TimeSpan.FromSeconds(returned), operation);
}
