using Orleans.Runtime;
using Orleans.Storage;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>
/// What Orleans' public provider tests ask of every grain storage, in our words: each provider of ours is asked all of it.
/// </summary>
public abstract class GrainStorageConformance
{
    private static int _cells;

    private protected abstract IGrainStorage Storage { get; }

    [Fact]
    public async Task Read_Absent_GivesAFreshStateWithoutTag()
    {
        Cell cell = New();
        cell.Tag = "7";
        cell.State.State = new TestState { Text = "left over" };
        cell.State.RecordExists = true;
        await cell.ReadAsync();
        Assert.Equal(new TestState(), cell.State.State);
        Assert.Null(cell.Tag);
        Assert.False(cell.State.RecordExists);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("\u043f\u0440\u0438\u0432\u0435\u0442 \u4e16\u754c \ud83d\ude42 \0 \r\n")]
    public async Task Write_ThenRead_GivesItBack(string? text)
    {
        Cell cell = New();
        await cell.WriteAsync(text);
        Cell again = await cell.AgainAsync();
        Assert.Equal(text, again.Text);
        Assert.True(again.State.RecordExists);
        Assert.True(cell.State.RecordExists);
        Assert.Equal(cell.Tag, again.Tag);
    }

    [Fact]
    public async Task Write_AlsoOfTheSameValue_AndAfterAClear_GivesAGreaterTag()
    {
        Cell cell = New();
        LogPosition last = LogPosition.None;
        for (int i = 0; i < 5; i++)
        {
            await cell.WriteAsync("same");
            Assert.True(LogPosition.TryParse(cell.Tag, out LogPosition tag));
            Assert.True(tag > last);
            last = tag;
            if (i == 2) await cell.ClearAsync();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("stale")]
    [InlineData("*")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999")]
    public async Task WriteOrClear_WithAnotherTag_IsRefusedAndChangesNothing(string? tag)
    {
        GrainId grain = NewId();
        var cell = new Cell(Storage, grain);
        await cell.WriteAsync("first");
        string old = cell.Tag!;
        await cell.WriteAsync("second");
        var other = new Cell(Storage, grain) { Tag = tag == "stale" ? old : tag };
        foreach (Func<Task> change in (Func<Task>[])[() => other.WriteAsync("other"), other.ClearAsync])
        {
            InconsistentStateException refused = await Assert.ThrowsAsync<InconsistentStateException>(change);
            Assert.Equal(cell.Tag, refused.StoredEtag);
            Assert.Equal(other.Tag, refused.CurrentEtag);
        }

        Cell again = await cell.AgainAsync();
        Assert.Equal("second", again.Text);
        Assert.Equal(cell.Tag, again.Tag);
    }

    [Fact]
    public async Task WriteOrClear_WithATagWhereNothingIs_IsRefused()
    {
        Cell cell = New();
        cell.Tag = "1";
        InconsistentStateException refused = await Assert.ThrowsAsync<InconsistentStateException>(() => cell.WriteAsync("x"));
        Assert.Null(refused.StoredEtag);
        Assert.Equal("1", refused.CurrentEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(cell.ClearAsync);
        Assert.False((await cell.AgainAsync()).State.RecordExists);
    }

    [Fact]
    public async Task Clear_GivesAFreshState_AlsoTwice()
    {
        Cell cell = New();
        await cell.WriteAsync("x");
        await cell.ClearAsync();
        await cell.ClearAsync();
        foreach (Cell seen in (Cell[])[cell, await cell.AgainAsync()])
        {
            Assert.Equal(new TestState(), seen.State.State);
            Assert.Null(seen.Tag);
            Assert.False(seen.State.RecordExists);
        }
    }

    [Fact]
    public async Task Clear_WithATagWhereNothingIs_IsRefused()
    {
        Cell cell = New();
        await cell.WriteAsync("x");
        Cell other = await cell.AgainAsync();
        await cell.ClearAsync();
        await Assert.ThrowsAsync<InconsistentStateException>(other.ClearAsync);
    }

    [Fact]
    public async Task Write_AfterClear_NeverGivesAnEarlierTag()
    {
        GrainId grain = NewId();
        var cell = new Cell(Storage, grain);
        await cell.WriteAsync("first");
        string first = cell.Tag!;
        await cell.ClearAsync();
        await cell.WriteAsync("second");
        Assert.True(LogPosition.TryParse(cell.Tag, out LogPosition second) && LogPosition.TryParse(first, out LogPosition before)
            && second > before);
        var late = new Cell(Storage, grain) { Tag = first };
        await Assert.ThrowsAsync<InconsistentStateException>(() => late.WriteAsync("late"));
        Assert.Equal("second", (await cell.AgainAsync()).Text);
    }

    public static TheoryData<GrainId, GrainId> Keys() => new()
    {
        { GrainId.Create("t", "a"), GrainId.Create("t", "b") },
        { GrainId.Create("t", "a"), GrainId.Create("t", "a ") },
        { GrainId.Create("t", "{tag}a"), GrainId.Create("t", "{tag}b") },
        { GrainId.Create("t", "a/b"), GrainId.Create("t/a", "b") },
        { GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateGuidKey(Guid.Empty)),
            GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateGuidKey(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))) },
        { GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateIntegerKey(long.MinValue)),
            GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateIntegerKey(long.MaxValue)) },
        { GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateIntegerKey(5, "north")),
            GrainId.Create(GrainType.Create("t"), GrainIdKeyExtensions.CreateIntegerKey(5, "south")) },
        { GrainId.Create("t", "\u00e9\ud83d\ude42\0"), GrainId.Create("t", new string('k', 10_000)) },
        { GrainId.Create("t1", "a"), GrainId.Create("t2", "a") },
    };

    [Theory]
    [MemberData(nameof(Keys), DisableDiscoveryEnumeration = true)]
    public async Task Grains_OfEveryKindOfKey_HaveStatesOfTheirOwn(GrainId one, GrainId other)
    {
        Cell first = await Cleared(one), second = await Cleared(other); // other pairs have some of the keys, too
        await AssertApart(first, second);
    }

    [Theory]
    [InlineData("state", "State")]
    [InlineData("", " ")]
    [InlineData("a\0", "a")]
    [InlineData("a/b:c{d}", "a/b:c{e}")]
    [InlineData("\u00fc", "u\u0308")]
    public async Task States_OfOneGrain_AreApartByTheirExactNames(string one, string other)
    {
        GrainId grain = NewId();
        var first = new Cell(Storage, grain, one);
        var second = new Cell(Storage, grain, other);
        await first.WriteAsync("first");
        Assert.False((await second.AgainAsync()).State.RecordExists);
        await second.WriteAsync("second");
        Assert.Equal("first", (await first.AgainAsync()).Text);
        Assert.Equal("second", (await second.AgainAsync()).Text);
    }

    /// <summary>What is written or cleared of one does nothing to the other.</summary>
    private protected static async Task AssertApart(Cell first, Cell second)
    {
        await first.WriteAsync("first");
        Assert.False((await second.AgainAsync()).State.RecordExists);
        await second.WriteAsync("second");
        Assert.Equal("first", (await first.AgainAsync()).Text);
        await second.ClearAsync();
        Assert.Equal("first", (await first.AgainAsync()).Text);
    }

    private async Task<Cell> Cleared(GrainId grain)
    {
        Cell cell = await new Cell(Storage, grain).AgainAsync();
        if (cell.State.RecordExists) await cell.ClearAsync();
        return cell;
    }

    private protected static GrainId NewId() => GrainId.Create("test", $"cell{Interlocked.Increment(ref _cells)}");

    private protected Cell New() => new(Storage, NewId());
}
