using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>Nothing is read that is not committed, and all that is, in whole groups.</summary>
public sealed class CommittedTailTests
{
    private const int MaxBytes = 4_096;

    [Fact]
    public void Read_EndsAtWhatIsCommitted_BetweenGroups()
    {
        using var driver = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1 });
        driver.Set("before", "1");
        Assert.True(driver.Commit());
        LogPosition start = driver.Store.Cells[0].Shard.Position;
        ShardTail tail = driver.Store.Tail.Follow(new ShardId(0), start, MaxBytes);
        var committed = new CommittedTail();
        Assert.Empty(Read(committed, start)!);
        for (int i = 0; i < 20; i++) driver.SetTogether(($"a{i % 7}", $"{i}"), ($"b{i % 5}", $"{i}"));
        Assert.True(driver.Commit());
        Assert.True(committed.Publish(tail, LogPosition.None));
        Assert.False(committed.Publish(tail, LogPosition.None));
        Assert.Empty(Read(committed, start)!);
        Assert.False(committed.IsCommitted(start));

        byte[] all = tail.Read(start, MaxBytes)!;
        for (int records = 1; records <= 40; records++)
        {
            LogPosition upTo = start with { Lsn = new Lsn(start.Lsn.Value + records) };
            Assert.True(committed.Publish(tail, upTo));
            byte[] read = Read(committed, start)!;
            int groups = records / 2;
            Assert.Equal(all.AsSpan(0, read.Length), read);
            Assert.Equal(groups * (all.Length / 20), read.Length, all.Length / 20.0); // the numbers have one digit or two
            Assert.Equal(tail.BytesBetween(start, upTo), committed.BytesBehind(start));
            if (records % 2 == 0) Assert.Equal(read.Length, committed.BytesBehind(start));
            Assert.True(committed.IsCommitted(start) && committed.IsCommitted(upTo) && !committed.IsCommitted(upTo.Next));
        }

        Assert.Equal(all, Read(committed, start));
    }

    [Fact]
    public void WhoIsBehindWhatIsKept_OrOfAnotherPast_IsTold()
    {
        using var driver = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1 });
        ShardTail tail = driver.Store.Tail.Follow(new ShardId(0), LogPosition.None, MaxBytes);
        var committed = new CommittedTail();
        for (int i = 0; i < 200; i++) driver.Set("a", new string('v', 100));
        Assert.True(driver.Commit());
        LogPosition last = driver.Store.Cells[0].Shard.Position;
        committed.Publish(tail, last);
        Assert.False(committed.Keeps(LogPosition.None));
        Assert.Null(Read(committed, LogPosition.None));
        Assert.Equal(0, committed.BytesBehind(LogPosition.None));
        LogPosition near = last with { Lsn = new Lsn(last.Lsn.Value - 5) };
        Assert.True(committed.Keeps(near) && committed.Keeps(last));
        LogPosition other = near with { Epoch = new Epoch(near.Epoch.Value - 1) };
        Assert.False(committed.Keeps(other));
        Assert.Null(Read(committed, other));

        // One that has heard of more than this node has goes on, until it shows that it is of another past.
        LogPosition ahead = last with { Lsn = new Lsn(last.Lsn.Value + 5) };
        Assert.True(committed.Keeps(ahead));
        Assert.Empty(Read(committed, ahead)!);
        committed.Publish(tail, new LogPosition(last.Epoch.Next, last.Lsn.Next));
        Assert.Null(Read(committed, ahead));
    }

    private static byte[]? Read(CommittedTail committed, LogPosition after) =>
        committed.Read(after, MaxBytes, new RecordArena(), out _)?.ToArray();
}
