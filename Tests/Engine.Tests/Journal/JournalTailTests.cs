using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>What is in memory behind a position is what stands in the journal behind it.</summary>
public sealed class JournalTailTests
{
    private const int MaxBytes = 4_096;

    [Fact]
    public void Read_BehindAnyPosition_GivesTheJournalsRecords_OrSaysThatItCannot()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            var disk = new MemoryDisk();
            using var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = StoreDriver.OneSegment });
            ShardTail[] tails = [.. driver.Store.Cells.Select(c => driver.Store.Tail.Follow(c.Shard.Id, LogPosition.None, MaxBytes))];
            for (int i = 0; i < 300; i++)
            {
                if (random.Next(4) == 0) driver.SetTogether(($"a{i}", Text(random)), ($"b{i}", Text(random)), ($"c{i}", Text(random)));
                else driver.Set($"k{random.Next(50)}", Text(random));
                if (random.Next(5) == 0) driver.Commit();
            }

            driver.Commit();
            foreach (IGrouping<ShardId, (RecordHeader, byte[])> shard in JournalRecords.OfShards(disk).GroupBy(r => r.Header.Shard))
                AssertSuffixes([.. shard], tails[shard.Key.Value], random);
        }
    }

    [Fact]
    public void Record_LongerThanTheTail_IsKeptAlone_UntilAsMuchHasComeBehindIt()
    {
        using var driver = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1 });
        ShardTail shard = driver.Store.Tail.Follow(new ShardId(0), LogPosition.None, MaxBytes);
        driver.Set("a", "1");
        driver.Set("b", new string('v', MaxBytes));
        Assert.True(driver.Commit());
        LogPosition position = driver.Store.Cells[0].Shard.Position, before = position with { Lsn = new Lsn(position.Lsn.Value - 1) };
        Assert.Null(shard.Read(LogPosition.None, 1));
        Assert.InRange(shard.Read(before, 1)!.Length, MaxBytes, 2 * MaxBytes);
        Assert.Empty(shard.Read(position, 1)!);
        for (int i = 0; i < 100; i++) driver.Set("c", new string('w', 100));
        Assert.True(driver.Commit());
        Assert.Null(shard.Read(before, 1));
        Assert.InRange(shard.SizeBytes, MaxBytes / 2, MaxBytes);
        LogPosition last = driver.Store.Cells[0].Shard.Position;
        Assert.NotEmpty(shard.Read(last with { Lsn = new Lsn(last.Lsn.Value - 5) }, 1)!);
    }

    [Fact]
    public void Follower_IsLevel_OutOfTheTailAlone()
    {
        using var leader = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1 });
        using var follower = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1, LeadsShards = false });
        var id = new ShardId(0);
        ShardTail tail = leader.Store.Tail.Follow(id, LogPosition.None, MaxBytes);
        follower.Store.Cells[0].Shard.Follow();
        for (int i = 0; i < 200; i++)
        {
            leader.SetTogether(($"a{i % 7}", $"{i}"), ($"b{i % 5}", $"{i}"));
            Assert.True(leader.Commit());
            while (tail.Read(follower.Store.Cells[0].Shard.Position, wantedBytes: 1) is { Length: > 0 } records)
            {
                Assert.Equal(RecordOrder.Next, ReplicaFeed.Take(follower.Store, id, records, out int taken));
                Assert.Equal(records.Length, taken);
            }

        }

        Assert.Equal(leader.Store.Cells[0].Shard.Position, follower.Store.Cells[0].Shard.Position);
        Assert.Equal(EffectReplica.ContentOf(leader.Store.Cells[0].Shard), EffectReplica.ContentOf(follower.Store.Cells[0].Shard));
    }

    [Fact]
    public void Take_GivesEachRecordOnce_InWholeGroups_AndSaysWhenSomeWereLost()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 1, Journal = StoreDriver.OneSegment });
        var id = new ShardId(0);
        driver.Set("before", "1");
        Assert.True(driver.Commit());
        LogPosition position = driver.Store.Cells[0].Shard.Position;
        ShardTail tail = driver.Store.Tail.Follow(id, position, MaxBytes);
        ShardTail other = driver.Store.Tail.Follow(id, position, MaxBytes);
        Assert.Empty(tail.Take(1, ref position)!);
        var taken = new List<byte>();
        for (int i = 0; i < 200; i++)
        {
            driver.SetTogether(($"a{i % 7}", $"{i}"), ($"b{i % 5}", $"{i}"));
            if (i % 3 != 0) continue;
            Assert.True(driver.Commit());
            byte[] some = tail.Take(wantedBytes: i % 2 == 0 ? 1 : MaxBytes, ref position)!;
            Assert.NotEmpty(some);
            taken.AddRange(some);
        }

        Assert.True(driver.Commit());
        while (tail.Take(1, ref position)! is { Length: > 0 } rest) taken.AddRange(rest);
        Assert.Equal(driver.Store.Cells[0].Shard.Position, position);
        Assert.Equal([.. JournalRecords.OfShards(disk).Skip(2).SelectMany(r => r.Bytes)], taken); // the tenure's beginning, and "before"

        for (int i = 0; i < 100; i++) driver.Set("a", new string('v', 100));
        Assert.True(driver.Commit());
        Assert.Null(tail.Take(1, ref position));
        Assert.Null(tail.Read(LogPosition.None, 1));
        LogPosition last = driver.Store.Cells[0].Shard.Position;
        Assert.Equal((last, last), (tail.Last, other.Last));
        driver.Store.Tail.Forget(id, tail);
        driver.Store.Tail.Forget(id, tail);
        Assert.True(driver.Store.Tail.IsFollowed(id));
        driver.Store.Tail.Forget(id, other);
        Assert.False(driver.Store.Tail.IsFollowed(id));
    }

    private static void AssertSuffixes((RecordHeader Header, byte[] Bytes)[] records, ShardTail tail, Random random)
    {
        Assert.InRange(tail.SizeBytes, 1, MaxBytes);
        bool wasKnown = false;
        for (int i = 0; i < records.Length; i++)
        {
            int wanted = random.Next(1, 2_000);
            byte[]? read = tail.Read(records[i].Header.Position, wanted);
            Assert.True(read is not null || !wasKnown, "a newer position is not known, but an older one is");
            wasKnown = read is not null;
            if (read is null) continue;
            byte[] rest = [.. records[(i + 1)..].SelectMany(r => r.Bytes)];
            Assert.True(read.Length >= Math.Min(wanted, rest.Length));
            Assert.Equal(rest[..read.Length], read);
            int last = i;
            for (int bytes = 0; bytes < read.Length;) bytes += records[++last].Bytes.Length;
            if (read.Length > 0) Assert.Equal(RecordFlags.None, records[last].Header.Flags & RecordFlags.ShardContinues);
        }

        Assert.True(wasKnown);
        Assert.Null(tail.Read(new LogPosition(new Epoch(7), records[^1].Header.Position.Lsn), 1)); // another past
    }

    private static string Text(Random random) => new('v', random.Next(200));
}
