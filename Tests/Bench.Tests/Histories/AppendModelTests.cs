using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;
using static OrleansKv.Bench.Tests.Histories.HistoryBuilder;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>Histories of an appended value that are known to be good or bad.</summary>
public sealed class AppendModelTests
{
    [Fact]
    public void TokensInTheOrderOfTheirAnswers_AreLinearizable() =>
        AssertGood(Read(0, 1, null), Append(2, 3, "a;", 2), Append(4, 5, "bb;", 5), Read(6, 7, "a;bb;"));

    [Fact]
    public void TokensInTheOtherOrder_AreNot() => AssertBad(Append(0, 1, "a;", 2), Append(2, 3, "b;", 4), Read(4, 5, "b;a;"));

    [Fact]
    public void OverlappingTokens_InEitherOrder_AreLinearizable() =>
        AssertGood(Append(0, 9, "a;", 4), Append(0, 9, "b;", 2), Read(10, 11, "b;a;"));

    [Fact]
    public void OverlappingTokens_OfWhichBothSayTheyWereFirst_AreNot() =>
        AssertBad(Append(0, 9, "a;", 2), Append(0, 9, "b;", 2), Read(10, 11, "b;a;"));

    [Fact]
    public void LostToken_IsNot() => AssertBad(Append(0, 1, "a;", 2), Append(2, 3, "b;", 4), Read(4, 5, "a;"));

    [Fact]
    public void TokenThatIsThereTwice_IsNot() => AssertBad(Append(0, 1, "a;", 2), Read(2, 3, "a;a;"));

    [Fact]
    public void UnknownToken_ThatIsThereTwice_IsNot() => AssertBad(Unknown(0, KeyAction.Append, "a;"), Read(2, 3, "a;a;"));

    [Fact]
    public void UnknownToken_ThereOrNot_IsLinearizable()
    {
        AssertGood(Unknown(0, KeyAction.Append, "a;"), Append(1, 2, "b;", 2), Read(3, 4, "b;"), Read(5, 6, "b;a;"));
        AssertGood(Unknown(0, KeyAction.Append, "a;"), Append(1, 2, "b;", 2), Read(3, 4, "b;"));
    }

    [Fact]
    public void UnknownToken_ShownByALengthAlone_IsLinearizable() =>
        AssertGood(Append(0, 1, "a;", 2), Unknown(2, KeyAction.Append, "b;"), Append(3, 4, "c;", 6));

    [Fact]
    public void ReadsThatForked_AreNot() =>
        AssertBad(Append(0, 9, "a;", 2), Append(0, 9, "b;", 4), Read(1, 2, "b;"), Read(10, 11, "a;b;"));

    [Fact]
    public void LostTokens_AreNamed()
    {
        KeyHistory history = KeyHistories.Of(KeyKind.Append, Append(0, 1, "a;", 2), Append(2, 3, "b;", 4), Read(4, 5, "a;"));
        Assert.Equal("1 acknowledged tokens are lost: b;", LostWrites.Of(history));
        Assert.Null(LostWrites.Of(KeyHistories.Of(KeyKind.Append, Append(0, 1, "a;", 2), Read(4, 5, "a;"))));
    }

    private static void AssertGood(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.Linearizable, KeyHistories.Of(KeyKind.Append, history).Check());

    private static void AssertBad(params HistoryOperation<KeyOperation>[] history) =>
        Assert.Equal(Verdict.NotLinearizable, KeyHistories.Of(KeyKind.Append, history).Check());
}
