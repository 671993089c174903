using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>A shard that comes from another node, and what a failure leaves of it and of its old life here.</summary>
public sealed class ShardTransferTests
{
    private static readonly StoreOptions OneShard = StoreDriver.Small with { ShardCount = 1 };
    private static readonly ShardId Shard = new(0);

    /// <summary>Writes of the shard's old life here: more than the new one has, so that its Lsn is the higher one.</summary>
    private const int OldWrites = 40;

    [Fact]
    public void CrashAtEveryDiskOperation_OfAnImport_LeavesTheOldShardOrTheNew()
    {
        byte[] shard = Exported("new", 30);
        bool hasFailed = false;
        for (int failAt = 1; failAt < 80; failAt++)
        {
            var disk = new MemoryDisk();
            var target = new StoreDriver(disk, OneShard);
            for (int i = 0; i < OldWrites; i++) target.Set($"old{i}", "1");
            Assert.True(target.Commit(Durability.Always));
            disk.FailFrom = disk.Operations + failAt;
            Exception? failure = Record.Exception(() => ShardTransfer.Import(target.Store, Shard, new Epoch(7), shard));
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left, OneShard);
                Dictionary<string, string> all = again.All();
                // The old life goes before the new comes, and nobody needs it: its new home has been another node.
                bool isNew = all.Count == 30 && all.ContainsKey("new0");
                Assert.True(isNew || all.Count == 0 || (all.Count == OldWrites && all.ContainsKey("old0")), $"operation {failAt}: {string.Join(' ', all.Keys)}");
                if (failure is null) Assert.True(isNew);
                if (isNew) Assert.Equal(7u, again.Store.Cells[0].Shard.Position.Epoch.Value);
            }

            if (failure is null)
            {
                Assert.True(hasFailed);
                return; // every operation has failed once
            }

            Assert.IsType<IOException>(failure);
            hasFailed = true;
        }

        Assert.Fail("the import never succeeded");
    }

    /// <summary>The Lsn had jumped in memory alone: the next record left a gap in the journal, and the folder was refused at the next start.</summary>
    [Fact]
    public void ImportThatFailed_AndIsRepeatedOrNot_LeavesAFolderThatOpens()
    {
        StoreOptions options = StoreDriver.Small with { ShardCount = 2 };
        using var source = new StoreDriver(options);
        for (int i = 0; i < 100; i++) source.Set($"new{i}", "1");
        var id = new ShardId(1);
        byte[] shard = ShardTransfer.Export(source.Store, id);
        string[] arriving = [.. source.All().Keys.Where(k => OwnerOf(source, k) == 1)];
        string here = Enumerable.Range(0, 100).Select(i => $"new{i}").First(k => OwnerOf(source, k) == 0);
        for (int failAt = 1; failAt < 25; failAt++)
        {
            foreach (bool isRepeated in (bool[])[false, true])
            {
                var disk = new MemoryDisk();
                var target = new StoreDriver(disk, options);
                for (int i = 0; i < OldWrites; i++) target.Set($"old{i}", "1");
                target.Commit();
                disk.FailFrom = disk.Operations + failAt;
                bool isNew = Record.Exception(() => ShardTransfer.Import(target.Store, id, new Epoch(7), shard)) is null;
                disk.FailFrom = 0;
                if (target.Store.WriteRefusal is not null) continue; // the journal itself has failed: a restart recovers, as after a crash
                if (isRepeated && !isNew)
                {
                    ShardTransfer.Import(target.Store, id, new Epoch(9), shard);
                    isNew = true;
                }

                if (isNew)
                {
                    ShardTransfer.Begin(target.Store, id, target.Store.Cells[1].Shard.Epoch);
                    target.Set(arriving[0], "2"); // a record of the shard
                }

                target.Set(here, "2"); // another shard, whose home this node is
                Assert.True(target.Commit());
                using var again = new StoreDriver(disk.AfterKill(), options);
                Assert.Equal("2", again.Get(here));
                if (!isNew) continue; // its home is elsewhere
                Assert.Equal("2", again.Get(arriving[0]));
                Assert.Equal(arriving.Order(), again.All().Keys.Where(k => OwnerOf(again, k) == 1).Order());
            }
        }
    }

    [Fact]
    public void Import_OfAnEpochThatIsNotNewer_ChangesNothing()
    {
        byte[] shard = Exported("new", 3), late = Exported("late", 3);
        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, OneShard);
        ShardTransfer.Import(target.Store, Shard, new Epoch(7), shard);
        ShardTransfer.Begin(target.Store, Shard, new Epoch(7));
        target.Set("since", "1");
        Assert.Throws<InvalidOperationException>(() => ShardTransfer.Import(target.Store, Shard, new Epoch(7), late));
        Assert.Throws<InvalidOperationException>(() => ShardTransfer.Import(target.Store, Shard, new Epoch(3), late));
        Assert.Equal(["new0", "new1", "new2", "since"], target.All().Keys.Order());
        target.Commit();
        using var again = new StoreDriver(disk.AfterKill(), OneShard);
        Assert.Equal(["new0", "new1", "new2", "since"], again.All().Keys.Order());
    }

    [Fact]
    public void Drop_OfACopyThatIsNotOlder_KeepsIt()
    {
        using var target = new StoreDriver(OneShard);
        ShardTransfer.Import(target.Store, Shard, new Epoch(7), Exported("new", 3));
        Assert.Equal(0, ShardTransfer.Drop(target.Store, Shard, new Epoch(7)));
        Assert.Equal(3, target.All().Count);
        Assert.Equal(3, ShardTransfer.Drop(target.Store, Shard, new Epoch(8)));
        Assert.Empty(target.All());
    }

    /// <summary>It waited for the whole node's cycle, which is paced: longer than an activation may take.</summary>
    [Fact]
    public async Task Import_WhileACycleHangs_EndsBeforeIt_AndIsInItsManifest()
    {
        var disk = new HeldFlushDisk();
        var target = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 2 });
        for (int i = 0; i < OldWrites; i++) target.Set($"k{i}", "1");
        string[] staying = [.. target.All().Keys.Where(k => OwnerOf(target, k) == 0)];
        target.Commit();
        disk.HoldNextFlush(); // that of the first shard's snapshot
        Task<bool> cycle = Task.Run(target.Store.Snapshots!.Save);
        disk.WaitUntilHeld();

        string[] arriving = [.. Enumerable.Range(0, 1000).Select(i => $"new{i}").Where(k => OwnerOf(target, k) == 1).Take(5)];
        using var source = new StoreDriver(StoreDriver.Small with { ShardCount = 2 });
        foreach (string key in arriving) source.Set(key, "2");
        Task import = Task.Run(() => ShardTransfer.Import(target.Store, new ShardId(1), new Epoch(7), ShardTransfer.Export(source.Store, new ShardId(1))));
        Task first = await Task.WhenAny(import, Task.Delay(TimeSpan.FromSeconds(30)));
        bool waited = first != import;
        disk.LetHeldFlushGo();
        Assert.False(waited, "the import waited for the cycle");
        await import;
        using (var killed = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { ShardCount = 2 })) Assert.Equal(staying.Concat(arriving).Order(), killed.All().Keys.Order());

        Assert.True(await cycle);
        ShardTransfer.Begin(target.Store, new ShardId(1), new Epoch(7));
        target.Set(arriving[0], "3");
        target.Commit();
        using var again = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { ShardCount = 2 });
        Assert.Equal(staying.Concat(arriving).Order(), again.All().Keys.Order());
        Assert.Equal("3", again.Get(arriving[0]));
    }

    [Fact]
    public void Import_IntoAStoreThatHasNeverSavedASnapshot_KeepsTheOtherShards()
    {
        var disk = new MemoryDisk();
        var target = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 2 });
        for (int i = 0; i < OldWrites; i++) target.Set($"k{i}", "1");
        string[] staying = [.. target.All().Keys.Where(k => OwnerOf(target, k) == 0)];
        using var source = new StoreDriver(StoreDriver.Small with { ShardCount = 2 });
        ShardTransfer.Import(target.Store, new ShardId(1), new Epoch(2), ShardTransfer.Export(source.Store, new ShardId(1)));
        using var again = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { ShardCount = 2 });
        Assert.Equal(staying.Order(), again.All().Keys.Order());
    }

    [Fact]
    public void Import_IntoAStoreThatTakesNoWrites_IsRefused()
    {
        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, OneShard);
        target.Set("a", "1");
        disk.FailFrom = disk.Operations + 1;
        Assert.False(target.Commit(Durability.Always));
        Assert.Throws<IOException>(() => ShardTransfer.Import(target.Store, Shard, new Epoch(7), Exported("new", 3)));
        Assert.Equal(["a"], target.All().Keys);
    }

    [Fact]
    public void SaveWhenDue_TakesTheShardAlone_AndOnlyWhenItHasCause()
    {
        var time = new SteppedTime();
        var disk = new MemoryDisk();
        StoreOptions options = StoreDriver.Small with { ShardCount = 2, SnapshotIntervalMs = 1_000, Time = time };
        var driver = new StoreDriver(disk, options);
        for (int i = 0; i < OldWrites; i++) driver.Set($"k{i}", "1");
        driver.Commit();
        SnapshotCycle snapshots = driver.Store.Snapshots!;
        Assert.False(snapshots.SaveWhenDue(Shard)); // few records, and a cycle may come yet
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(snapshots.SaveWhenDue(Shard));
        Assert.False(snapshots.SaveWhenDue(Shard)); // nothing new
        using var again = new StoreDriver(disk.AfterKill(), options);
        Assert.Equal(OldWrites, again.All().Count);
        Assert.Equal(driver.All().Keys.Count(k => OwnerOf(driver, k) == 0), again.Store.Recovery!.Entries);
    }

    private static int OwnerOf(StoreDriver driver, string key) => driver.Store.Map.OwnerOf(OrleansKv.Engine.Slots.Slot.Of(System.Text.Encoding.ASCII.GetBytes(key))).Value;

    private static byte[] Exported(string prefix, int keys)
    {
        using var source = new StoreDriver(OneShard);
        for (int i = 0; i < keys; i++) source.Set($"{prefix}{i}", "1");
        return ShardTransfer.Export(source.Store, Shard);
    }

    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }
}
