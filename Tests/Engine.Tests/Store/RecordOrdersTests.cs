using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>Which record may follow a position; positions are written epoch:Lsn.</summary>
public sealed class RecordOrdersTests
{
    [Theory]
    [InlineData("0:0", "0:1", RecordOrder.Next)]
    [InlineData("3:7", "3:8", RecordOrder.Next)]
    [InlineData("3:7", "3:7", RecordOrder.NotBeyond)]
    [InlineData("3:7", "2:90", RecordOrder.NotBeyond)] // of a tenure that is over, whatever its Lsn
    [InlineData("3:7", "3:9", RecordOrder.Missing)]
    [InlineData("3:7", "4:8", RecordOrder.Missing)] // its tenure has begun with a record that is not here
    public void Change(string reached, string record, RecordOrder expected) =>
        Assert.Equal(expected, RecordOrders.Of(Position(reached), Position(record), new Effect(EffectKind.Set, "k"u8, "v"u8, 0, 0)));

    [Theory]
    [InlineData("3:7", "4:8", "3:7", RecordOrder.Next)]
    [InlineData("0:0", "4:1", "0:0", RecordOrder.Next)]
    [InlineData("3:7", "4:10", "3:9", RecordOrder.Missing)]
    [InlineData("3:7", "5:9", "4:8", RecordOrder.Missing)] // a whole tenure is missing
    [InlineData("3:7", "4:6", "3:5", RecordOrder.Forked)] // two records here were never a part of its past
    [InlineData("3:7", "4:6", "2:5", RecordOrder.Forked)]
    [InlineData("3:7", "4:9", "3:7", RecordOrder.Missing)] // an Lsn is left out
    [InlineData("4:9", "4:8", "3:7", RecordOrder.NotBeyond)]
    public void EpochBegins(string reached, string record, string before, RecordOrder expected)
    {
        var bytes = new byte[EpochStart.SizeBytes];
        new EpochStart(Position(before).Epoch, Position(before).Lsn).Write(bytes);
        Assert.Equal(expected,
            RecordOrders.Of(Position(reached), Position(record), new Effect(EffectKind.EpochBegins, default, bytes, 0, 0)));
    }

    [Fact]
    public void Positions_AreComparedByEpochFirst()
    {
        string[] ordered = ["0:0", "1:1", "1:2", "1:900", "2:3", "10:1"];
        Assert.Equal(ordered, ordered.Select(Position).Reverse().Order().Select(p => p.ToString()));
    }

    /// <summary>The list is bounded: what is older than its oldest tenure is no longer known.</summary>
    [Fact]
    public void History_OfMoreStartsThanItKeeps_ForgetsTheOldest()
    {
        var history = new EpochHistory();
        for (uint epoch = 1; epoch <= EpochHistory.MaxCount + 10; epoch++)
            history.Note(new LogPosition(new Epoch(epoch), new Lsn(epoch * 2)));
        Assert.Equal(EpochHistory.MaxCount, history.Count);
        Assert.False(history.Has(Position("10:20")));
        Assert.True(history.Has(Position("11:22")));
        Assert.True(history.Has(Position("11:23")));
        Assert.False(history.Has(Position("11:24")));
    }

    private static LogPosition Position(string text)
    {
        string[] parts = text.Split(':');
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new LogPosition(new Epoch(uint.Parse(parts[0], culture)), new Lsn(long.Parse(parts[1], culture)));
    }
}
