using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Grains.Storage;
using static OrleansKv.Cluster.Tests.Storage.Support.UnreadableStates;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>States that would be lost are found before they are written, and no others.</summary>
public sealed class ReadBackTests
{
    private int _reads;

    [Fact]
    public void Refusal_OfWhatReadsBack_IsNone()
    {
        StateReadBack check = New(StateReadBackMode.EveryWrite);
        Assert.Null(Refusal(check, new TestState { Text = "a", Bytes = [1] }));
        Assert.Null(Refusal(check, (TestState?)null));
        Assert.Null(Refusal(check, 7));
        Assert.Equal(3, _reads);
    }

    [Fact]
    public void Refusal_OfATypeThatCannotBeMade_HasTheSerializersWords()
    {
        StateReadBack check = New(StateReadBackMode.EveryWrite);
        string refusal = Refusal(check, new Drawing { Shape = new Circle() })!;
        Assert.Contains(nameof(PlainJsonSerializer), refusal, StringComparison.Ordinal);
        Assert.Contains(nameof(Shape), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_OfAMemberThatWasNullInEarlierWrites_ComesWithTheFirstThatHasIt()
    {
        StateReadBack check = New(StateReadBackMode.EveryWrite);
        for (int i = 0; i < 2 * StateReadBack.ComparedWrites; i++) Assert.Null(Refusal(check, new Drawing { Name = "empty" }));
        Assert.NotNull(Refusal(check, new Drawing { Shape = new Circle() }));
    }

    [Fact]
    public void Refusal_OfAPropertyWithoutASetter_NamesIt()
    {
        StateReadBack check = New(StateReadBackMode.EveryWrite);
        Assert.Null(Refusal(check, new Account { Owner = "a" })); // nothing to lose yet
        Assert.Contains("'Balance'", Refusal(check, new Account { Owner = "a" }.Pay(5))!, StringComparison.Ordinal);
        Assert.NotNull(Refusal(check, new Account { Owner = "a" }.Pay(5))); // and again
    }

    [Fact]
    public void Refusal_OfTheSameEntriesInAnotherOrder_IsNone() =>
        Assert.Null(Refusal(New(StateReadBackMode.EveryWrite), new Bag { Items = ["one", "two", "three"] }));

    [Fact]
    public void Refusal_OfAStateThatIsNeverTheSameTwice_IsNone() => Assert.Null(Refusal(New(StateReadBackMode.EveryWrite), new Clock()));

    [Fact]
    public void FirstWrites_AreReadBack_OfEachType()
    {
        StateReadBack check = New(StateReadBackMode.FirstWrites);
        for (int i = 0; i < 2 * StateReadBack.ComparedWrites; i++) Refusal(check, 7);
        Assert.Equal(StateReadBack.ComparedWrites, _reads);
        Assert.NotNull(Refusal(check, new Drawing { Shape = new Circle() }));
    }

    [Fact]
    public void Off_ReadsNothing()
    {
        Assert.Null(Refusal(New(StateReadBackMode.Off), new Drawing { Shape = new Circle() }));
        Assert.Equal(0, _reads);
    }

    private StateReadBack New(StateReadBackMode mode) => new(new PlainJsonSerializer { Reading = () => _reads++ }, mode);

    private static string? Refusal<T>(StateReadBack check, T? state) =>
        check.Refusal(state, new PlainJsonSerializer().Serialize(state).ToMemory());
}
