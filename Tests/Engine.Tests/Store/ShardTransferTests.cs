using Microsoft.Extensions.Time.Testing;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>A shard that comes from another node, and what a failure leaves of it and of its old life here.</summary>
public sealed class ShardTransferTests
{
    private static readonly StoreOptions OneShard = StoreDriver.Small with { ShardCount = 1 };
    private static readonly ShardId Shard = new(0);

    /// <summary>Writes of the shard's old life here: more than the new one has, so that its Lsn is the higher one.</summary>
    private const int OldWrites = 40;

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
        Task import = Task.Run(() => ShardMove.Send(source.Store, target.Store, new ShardId(1), new Epoch(7)));
        Task first = await Task.WhenAny(import, Task.Delay(TimeSpan.FromSeconds(30)));
        MemoryDisk afterKill = disk.AfterKill(); // while the cycle hangs: it works on the disk afterwards
        disk.LetHeldFlushGo();
        Assert.True(first == import, "the import waited for the cycle");
        await import;
        using (var killed = new StoreDriver(afterKill, StoreDriver.Small with { ShardCount = 2 }))
            Assert.Equal(staying.Concat(arriving).Order(), killed.All().Keys.Order());

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
        ShardMove.Send(source.Store, target.Store, new ShardId(1), new Epoch(2));
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
        using var source = new StoreDriver(OneShard);
        Assert.Throws<IOException>(() => ShardMove.Send(source.Store, target.Store, Shard, new Epoch(7)));
        Assert.Equal(["a"], target.All().Keys);
    }

    [Fact]
    public void SaveWhenDue_TakesTheShardAlone_AndOnlyWhenItHasCause()
    {
        FakeTimeProvider time = TestTime.New();
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

    private static int OwnerOf(StoreDriver driver, string key) =>
        driver.Store.Map.OwnerOf(Slot.Of(System.Text.Encoding.ASCII.GetBytes(key))).Value;
}
