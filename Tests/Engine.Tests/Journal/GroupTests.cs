using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>A group is a property of its records: of the journal's, and of each shard's among them.</summary>
public sealed class GroupTests
{
    [Fact]
    public void Group_OverShards_ContinuesUpToItsLastRecord_AndInEachShardUpToThatOfTheShard()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = StoreDriver.OneSegment }))
        {
            driver.Set("alone", "1");
            driver.SetTogether([.. Enumerable.Range(0, 12).Select(i => ($"k{i}", "1"))]);
            driver.SetTogether(("alone", "2"));
        }

        RecordHeader[] records = [.. JournalRecords.Of(disk).Select(r => r.Header).Where(h => h.IsOfAShard)];
        RecordHeader[] group = [.. records.SkipWhile(h => !h.Continues).Take(records.Count(h => h.Continues) + 1)];
        Assert.True(group.Length >= 12);
        Assert.Equal(group[..^1].Select(_ => true), group[..^1].Select(h => h.Continues)); // without a gap
        Assert.False(group[^1].Continues);
        Assert.True(group.Select(h => h.Shard).Distinct().Count() > 1);
        foreach (IGrouping<ShardId, RecordHeader> shard in group.GroupBy(h => h.Shard))
        {
            RecordHeader[] own = [.. shard];
            Assert.All(own[..^1], h => Assert.NotEqual(RecordFlags.None, h.Flags & RecordFlags.ShardContinues));
            Assert.Equal(RecordFlags.None, own[^1].Flags & RecordFlags.ShardContinues);
        }

        Assert.Equal(RecordFlags.None, records[^1].Flags); // a group of one is none
    }
}
