using System.Text;
using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>The host's own keys are as safe as a user's, and no user can see or remove them.</summary>
public sealed class SystemShardTests
{
    [Fact]
    public void Reopen_AfterKill_BringsKeysBackWithTheirVersions()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        SetOwn(driver, "a", "1");
        SetOwn(driver, "b", "2");
        SetOwn(driver, "a", "3");
        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(("3", 4L), GetOwn(again, "a"));
        Assert.Equal(("2", 3L), GetOwn(again, "b"));
        Assert.Equal(new Lsn(4), again.Store.System.Shard.Lsn);
    }

    [Fact]
    public void Snapshot_AndReopen_BringsKeysBack_AndFreesTheirJournal()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 300; i++)
        {
            SetOwn(driver, $"k{i % 10}", $"v{i}");
            driver.Commit();
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        int before = driver.Store.Journal!.Segments.Count;
        Assert.True(driver.Store.Snapshots!.Save());
        Assert.True(before > 1);
        Assert.Equal(1, driver.Store.Journal.Segments.Count);
        SetOwn(driver, "k0", "after");
        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(10, again.Store.Recovery!.Entries);
        Assert.Equal(("after", 302L), GetOwn(again, "k0"));
        for (int i = 1; i < 10; i++) Assert.Equal(($"v{290 + i}", 292L + i), GetOwn(again, $"k{i}"));
    }

    [Fact]
    public void SnapshotFailingAtEveryDiskOperation_LosesNothing()
    {
        for (int failAt = 1; failAt < 80; failAt++)
        {
            var disk = new MemoryDisk();
            using var driver = new StoreDriver(disk);
            SetOwn(driver, "own", "1");
            driver.Set("user", "1");
            Assert.True(driver.Store.Snapshots!.Save());
            SetOwn(driver, "own", "2");
            Assert.True(driver.Commit(Durability.Always));
            disk.FailFrom = disk.Operations + failAt;
            bool saved = driver.Store.Snapshots.Save();
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left);
                Assert.Equal("2", GetOwn(again, "own").Value);
                Assert.Equal("1", again.Get("user"));
            }

            disk.FailFrom = 0;
            if (saved) return; // every operation has failed once
        }

        Assert.Fail("the snapshot never succeeded");
    }

    [Fact]
    public void FirstKey_AfterASnapshotThatHasNoSystemShard_IsReplayed()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        driver.Set("user", "1");
        Assert.True(driver.Store.Snapshots!.Save());
        SetOwn(driver, "own", "1");
        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(("1", 2L), GetOwn(again, "own"));
    }

    [Fact]
    public void FolderWithoutIt_OpensAndVerifies_AndStaysWithout()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk))
        {
            driver.Set("user", "1");
            Assert.True(driver.Store.Snapshots!.Save());
        }

        using (var again = new StoreDriver(disk))
        {
            Assert.Equal("1", again.Get("user"));
            Assert.Equal(0, again.Store.System.Shard.Table.Count);
            Assert.True(again.Store.Snapshots!.Save());
        }

        Assert.DoesNotContain(Manifest.Load(disk)!.Shards, s => s.Id == ShardId.System.Value);
        Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Problem));
    }

    [Fact]
    public void FolderWithIt_Verifies_AndItsUserShardsStayAsMany()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk))
        {
            SetOwn(driver, "own", "1");
            Assert.True(driver.Store.Snapshots!.Save());
            SetOwn(driver, "own", "2");
        }

        Assert.Contains(Manifest.Load(disk)!.Shards, s => s.Id == ShardId.System.Value);
        Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Problem));
        Assert.Contains(JournalInspector.Dump(disk), r => r.Shard == ShardId.System.Value);
        using var again = new StoreDriver(disk);
        Assert.Equal(StoreDriver.Small.ShardCount, again.Store.Cells.Count);
        Assert.Equal("2", GetOwn(again, "own").Value);
    }

    [Fact]
    public void Clear_LeavesIt_AlsoAfterReopen()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        SetOwn(driver, "own", "1");
        driver.Set("user", "1");
        driver.Store.Clear(driver.NowMs);
        Assert.True(driver.Commit(Durability.Always));
        Assert.Equal("1", GetOwn(driver, "own").Value);
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Null(again.Get("user"));
        Assert.Equal("1", GetOwn(again, "own").Value);
    }

    [Fact]
    public void CountScanAndCountInSlot_DoNotSeeIt()
    {
        using var driver = new StoreDriver(new MemoryDisk());
        driver.Set("user", "1");
        SetOwn(driver, "own", "1");
        Assert.Equal(1, driver.Store.Count);
        Assert.Equal(["user"], driver.All().Keys);
        Assert.Equal(0, driver.Store.CountInSlot(Slot.Of("own"u8)));
        Assert.Null(driver.Get("own"));
    }

    [Fact]
    public void Rebalance_ToTheMostShards_LeavesIt()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 50; i++)
        {
            SetOwn(driver, $"own{i}", $"{i}");
            driver.Set($"user{i}", $"{i}");
        }

        Assert.True(driver.Store.Rebalancer.TryStart(9));
        while (driver.Store.Rebalancer.Step(64))
        {
        }

        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(9, again.Store.Cells.Count);
        Assert.Equal(50, again.Store.Count);
        Assert.Equal(50, again.Store.System.Shard.Table.Count);
        for (int i = 0; i < 50; i++) Assert.Equal($"{i}", GetOwn(again, $"own{i}").Value);
    }

    [Fact]
    public void Eviction_TakesUserKeys_AndNeverOwnOnes()
    {
        StoreOptions options = StoreDriver.Small with { MemoryBudgetBytes = 1 << 20, EvictionPolicy = EvictionPolicy.AllKeysLru };
        using var driver = new StoreDriver(options);
        for (int i = 0; i < 1_000; i++) SetOwn(driver, $"own{i}", new string('o', 1_000));
        for (int i = 0; i < 5_000; i++) driver.Set($"user{i}", new string('u', 1_000));
        for (int turn = 0; turn < 10_000 && driver.Store.Count > 1_000; turn++) driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.True(driver.Store.Count < 1_000);
        Assert.Equal(1_000, driver.Store.System.Shard.Table.Count);
    }

    private static void SetOwn(StoreDriver driver, string key, string value)
    {
        ShardCell cell = driver.Store.EnterSystem();
        cell.Shard.Set(Own(driver, key), Encoding.ASCII.GetBytes(value), 0, driver.NowMs);
        driver.Store.Exit(cell);
    }

    private static (string? Value, long Version) GetOwn(StoreDriver driver, string key)
    {
        ShardCell cell = driver.Store.EnterSystem();
        EntryRef entry = cell.Shard.Find(Own(driver, key), driver.NowMs);
        (string?, long) found = entry.IsNone
            ? (null, 0)
            : (Encoding.ASCII.GetString(cell.Shard.Table.ValueOf(entry)), cell.Shard.Table.VersionOf(entry).Value);
        driver.Store.Exit(cell);
        return found;
    }

    private static KeyRef Own(StoreDriver driver, string key) => KeyRef.Of(Encoding.ASCII.GetBytes(key), driver.Store.HashSeed);
}
