using System.Buffers.Binary;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>A follower is what its leader's records make of it, and nothing else.</summary>
public sealed class FollowerTests
{
    private static readonly StoreOptions Options = StoreDriver.Small with { Journal = StoreDriver.OneSegment };

    /// <summary>It has a small budget, its housekeeper comes by, and its clock is years ahead: it must do nothing of its own.</summary>
    private static readonly StoreOptions FollowerOptions = Options with { LeadsShards = false, MemoryBudgetBytes = 1_000 };

    [Fact]
    public void AnyRecords_UnderExpiryAndEviction_MakeTheFollowerEqualByteByByte()
    {
        long evicted = 0, expired = 0;
        for (int seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            MemoryDisk leaderDisk = new(), followerDisk = new();
            using var leader = new StoreDriver(leaderDisk, Options with { MemoryBudgetBytes = 30_000 });
            var follower = new StoreDriver(followerDisk, FollowerOptions);
            FollowAll(follower);
            var fed = new int[Options.ShardCount];
            for (int step = 0; step < 1_000; step++)
            {
                Step(leader, random, step);
                if (random.Next(60) == 0) Feed(leader, leaderDisk, follower, fed, random);
                if (random.Next(250) == 0) follower = Restart(follower, ref followerDisk, random);
            }

            Feed(leader, leaderDisk, follower, fed, random: null);
            evicted += leader.Store.Cells.Sum(c => c.Shard.Stats.Evicted);
            expired += leader.Store.Cells.Sum(c => c.Shard.Stats.Expired);
            AssertEqual(seed, leader, leaderDisk, follower, followerDisk);
            follower = Restart(follower, ref followerDisk, random);
            AssertEqual(seed, leader, leaderDisk, follower, followerDisk);
            follower.Dispose();
        }

        Assert.True(evicted > 100 && expired > 100, $"{evicted} keys were evicted and {expired} have expired: that tests little");
    }

    [Fact]
    public void Records_ThatTheFollowerHas_OrThatDoNotFollow_ChangeNothing()
    {
        (byte[][] first, byte[][] second) = TwoTenures();
        var disk = new MemoryDisk();
        using var follower = new StoreDriver(disk, FollowerOptions with { ShardCount = 1 });
        FollowAll(follower);
        var id = new ShardId(0);
        Assert.Equal(RecordOrder.Next, Take(follower, [.. first[..3]]));
        Assert.Equal("1:3", follower.Store.Cells[0].Shard.Position.ToString());
        Assert.Equal(RecordOrder.Next, Take(follower, first[1])); // came twice: nothing more is to be taken
        Assert.Equal(RecordOrder.Missing, Take(follower, first[4]));
        Assert.Equal(RecordOrder.Missing, Take(follower, second[0])); // its tenure begins behind records that are missing
        Assert.Equal(RecordOrder.Missing, Take(follower, second[1]));
        Assert.Equal("1:3", follower.Store.Cells[0].Shard.Position.ToString());
        Assert.Equal(RecordOrder.Next, Take(follower, [.. first[3..], .. second]));
        Assert.Equal("2:8", follower.Store.Cells[0].Shard.Position.ToString());
        Assert.Equal(RecordOrder.Next, Take(follower, [.. first, .. second]));
        Assert.Equal("2:8", follower.Store.Cells[0].Shard.Position.ToString());

        byte[] damaged = [.. first[0]];
        damaged[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => ReplicaFeed.Take(follower.Store, id, damaged, out _));
        BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(4), -1);
        Assert.Throws<InvalidDataException>(() => ReplicaFeed.Take(follower.Store, id, damaged, out _));
    }

    [Fact]
    public void Record_ThatIsNotWhole_Waits()
    {
        (byte[][] first, _) = TwoTenures();
        byte[] two = [.. first[0], .. first[1]];
        for (int cut = 0; cut < two.Length; cut++)
        {
            using var one = new StoreDriver(new MemoryDisk(), FollowerOptions with { ShardCount = 1 });
            FollowAll(one);
            Assert.Equal(RecordOrder.Next, ReplicaFeed.Take(one.Store, new ShardId(0), two.AsSpan(0, cut), out int taken));
            Assert.Equal(cut < first[0].Length ? 0 : first[0].Length, taken);
            Assert.Equal(RecordOrder.Next, ReplicaFeed.Take(one.Store, new ShardId(0), two.AsSpan(taken), out taken));
            Assert.Equal("1:2", one.Store.Cells[0].Shard.Position.ToString());
        }
    }

    /// <summary>Its leader died with records that nobody else had; the next one began behind what the others had.</summary>
    [Fact]
    public void Tenure_ThatBeginsBeforeTheFollowersEnd_IsTold()
    {
        (byte[][] first, byte[][] second) = TwoTenures();
        byte[][] other = Tenure(epoch: 3, before: first[..3]);
        using var follower = new StoreDriver(new MemoryDisk(), FollowerOptions with { ShardCount = 1 });
        FollowAll(follower);
        Assert.Equal(RecordOrder.Next, Take(follower, first));
        Assert.Equal(RecordOrder.Forked, Take(follower, other[0]));
        Assert.Equal(RecordOrder.Next, Take(follower, second));
        Assert.Equal(RecordOrder.Forked, Take(follower, other[0]));

        // The other way about: it went with the new leader, and what the old one wrote alone comes late.
        using var faithful = new StoreDriver(new MemoryDisk(), FollowerOptions with { ShardCount = 1 });
        FollowAll(faithful);
        Assert.Equal(RecordOrder.Next, Take(faithful, [.. first[..3], .. other]));
        Assert.Equal(RecordOrder.Forked, Take(faithful, first[3]));
        Assert.Equal(RecordOrder.Next, Take(faithful, first[2])); // it has that one
    }

    [Fact]
    public void NoLeader_IsWritten_NorCounts_NorExpires()
    {
        using var store = new StoreDriver(new MemoryDisk(), FollowerOptions with { ShardCount = 1 });
        Assert.Throws<InvalidOperationException>(() => store.Set("a", "1")); // led by nobody
        FollowAll(store);
        Assert.Throws<InvalidOperationException>(() => store.Set("a", "1"));
        (byte[][] first, _) = TwoTenures(deadline: 5);
        Assert.Equal(RecordOrder.Next, Take(store, first));
        Shard shard = store.Store.Cells[0].Shard;
        KeyRef key = KeyRef.Of("k1"u8, store.Store.HashSeed);
        Assert.True(shard.Read(key, store.NowMs).IsNone); // long past its deadline
        Assert.Equal(0, shard.ExpireDue(store.NowMs, 10));
        store.Store.Housekeeper.Step(store.NowMs);
        Assert.Equal(4, shard.Table.Count);
        Assert.Equal((0, 0, 0, 0, 0), (shard.Stats.Hits, shard.Stats.Misses, shard.Stats.Expired, shard.Stats.Evicted, shard.Stats.Writes));
        Assert.Equal("1:5", shard.Position.ToString());
    }

    [Fact]
    public void GroupWithoutItsEnd_IsNotBegun()
    {
        var disk = new MemoryDisk();
        using (var leader = new StoreDriver(disk, Options with { ShardCount = 1 }))
        {
            leader.Set("a", "1");
            leader.SetTogether(("b", "2"), ("c", "3"));
        }

        byte[][] records = [.. JournalRecords.OfShards(disk).Select(r => r.Bytes)];
        using var follower = new StoreDriver(new MemoryDisk(), FollowerOptions with { ShardCount = 1 });
        FollowAll(follower);
        byte[] allButTheLast = [.. records[..^1].SelectMany(r => r)];
        Assert.Equal(RecordOrder.Next, ReplicaFeed.Take(follower.Store, new ShardId(0), allButTheLast, out int taken));
        Assert.Equal(records[0].Length + records[1].Length, taken);
        Assert.Equal(["a"], follower.All().Keys);
        Assert.Equal(RecordOrder.Next,
            ReplicaFeed.Take(follower.Store, new ShardId(0), [.. allButTheLast.AsSpan(taken), .. records[^1]], out _));
        Assert.Equal(["a", "b", "c"], follower.All().Keys.Order());
    }

    private static void Step(StoreDriver leader, Random random, int step)
    {
        string key = $"k{random.Next(600)}", value = $"{step}:" + new string('v', random.Next(300));
        switch (random.Next(12))
        {
            case 0: leader.Delete(key); break;
            case 1: leader.Append(key, "+"); break;
            case 2: leader.SetTogether((key, value), ($"k{random.Next(600)}", value), ($"k{random.Next(600)}", value)); break;
            case 3: leader.SetDeadline(key, leader.NowMs + random.Next(200)); break;
            case 4: leader.Get(key); break;
            case 5: leader.NowMs += random.Next(20); break;
            case 6: leader.Store.Housekeeper.Step(leader.NowMs); break;
            case 7: leader.Set(key, value, leader.NowMs + random.Next(1, 100)); break;
            case 8 when random.Next(100) == 0: leader.Store.Clear(leader.NowMs); break;
            default: leader.Set(key, value); break;
        }
    }

    // What a stream would bring: records in order, some of them again, cut where a message ends.
    private static void Feed(StoreDriver leader, MemoryDisk leaderDisk, StoreDriver follower, int[] fed, Random? random)
    {
        leader.Commit();
        ILookup<int, byte[]> records = JournalRecords.OfShards(leaderDisk).ToLookup(r => (int)r.Header.Shard.Value, r => r.Bytes);
        for (int shard = 0; shard < fed.Length; shard++)
        {
            byte[][] all = [.. records[shard]];
            int from = random is null ? fed[shard] : Math.Max(0, fed[shard] - random.Next(2));
            int until = random is null ? all.Length : random.Next(fed[shard], all.Length + 1);
            byte[] bytes = [.. all[from..until].SelectMany(r => r)];
            RecordOrder order = ReplicaFeed.Take(follower.Store, new ShardId((ushort)shard), bytes, out _);
            Assert.Equal(RecordOrder.Next, order);
            fed[shard] = all.TakeWhile(r => RecordHeader.Read(r).Position <= follower.Store.Cells[shard].Shard.Position).Count();
        }

        follower.NowMs = leader.NowMs + 100_000_000_000;
        follower.Store.Housekeeper.Step(follower.NowMs);
        follower.Commit();
    }

    private static void AssertEqual(int seed, StoreDriver leader, MemoryDisk leaderDisk, StoreDriver follower, MemoryDisk followerDisk)
    {
        follower.Commit();
        ILookup<int, string> written = ContentsOf(leaderDisk), taken = ContentsOf(followerDisk);
        for (int shard = 0; shard < Options.ShardCount; shard++)
        {
            Shard led = leader.Store.Cells[shard].Shard, followed = follower.Store.Cells[shard].Shard;
            Assert.Equal(led.Position, followed.Position);
            Assert.Equal(led.Epochs.ToArray(), followed.Epochs.ToArray());
            Assert.Equal(EffectReplica.ContentOf(led), EffectReplica.ContentOf(followed));
            Assert.True(written[shard].SequenceEqual(taken[shard]), $"seed {seed}: shard {shard} has other records");
            ShardStats counted = followed.Stats;
            Assert.Equal(0, counted.Expired + counted.Evicted + counted.Writes + counted.Hits + counted.Misses);
        }
    }

    private static ILookup<int, string> ContentsOf(MemoryDisk disk) =>
        JournalRecords.OfShards(disk).ToLookup(r => (int)r.Header.Shard.Value, r => JournalRecords.ContentOf(r.Bytes));

    private static StoreDriver Restart(StoreDriver follower, ref MemoryDisk disk, Random random)
    {
        follower.Commit();
        long now = follower.NowMs;
        MemoryDisk left = random.Next(2) == 0 ? disk.AfterKill() : disk;
        follower.Dispose();
        disk = left;
        var again = new StoreDriver(disk, FollowerOptions) { NowMs = now };
        FollowAll(again);
        return again;
    }

    private static void FollowAll(StoreDriver store)
    {
        foreach (ShardCell cell in store.Store.Cells) cell.Shard.Follow();
    }

    private static RecordOrder Take(StoreDriver follower, params byte[][] records) =>
        ReplicaFeed.Take(follower.Store, new ShardId(0), [.. records.SelectMany(r => r)], out _);

    // Five records of epoch 1 and three of epoch 2, of shard 0.
    private static (byte[][] First, byte[][] Second) TwoTenures(long deadline = 0)
    {
        var disk = new MemoryDisk();
        foreach (int keys in (int[])[4, 2])
        {
            using var leader = new StoreDriver(disk, Options with { ShardCount = 1 });
            for (int i = 0; i < keys; i++) leader.Set($"k{i}", $"{keys}", deadline);
        }

        byte[][] records = [.. JournalRecords.OfShards(disk).Select(r => r.Bytes)];
        return (records[..5], records[5..]);
    }

    // Records of a leader that had taken those before.
    private static byte[][] Tenure(uint epoch, byte[][] before)
    {
        var disk = new MemoryDisk();
        using (var store = new StoreDriver(disk, FollowerOptions with { ShardCount = 1 }))
        {
            FollowAll(store);
            Take(store, before);
            ShardTransfer.Begin(store.Store, new ShardId(0), new Epoch(epoch));
            store.Set("other", "1");
        }

        return [.. JournalRecords.OfShards(disk).Select(r => r.Bytes).Skip(before.Length)];
    }
}
