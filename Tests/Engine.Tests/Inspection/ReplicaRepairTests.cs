using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Inspection;

/// <summary>
/// A node of a cluster with replicas whose folder was repaired has lost records that it had acknowledged: it must not count for whole
/// before it was brought level, and must not be the one whose copy the others take over.
/// </summary>
public sealed class ReplicaRepairTests
{
    private const string Promises = "PROMISES";

    private static readonly StoreOptions Replica =
        StoreDriver.Small with { LeadsShards = false, Journal = StoreDriver.OneSegment };

    private static readonly Guid Boot = new("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly Epoch Led = new(5);

    /// <summary>The repaired shard stood at its old position with an empty table.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)] // killed: room that was written ahead stands behind the journal's last record
    public void DamagedSnapshot_ItsShardHasNothing_AndMayHaveLostItsTail(bool stopsCleanly)
    {
        MemoryDisk disk = Node(stopsCleanly);
        ShardId lost = DamageSnapshot(disk);
        Assert.Contains(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains("the other nodes' copies bring it level"));
        Assert.DoesNotContain(JournalInspector.Verify(disk), r => r.Problem is not null);
        using (var again = new StoreDriver(disk, Replica))
        {
            ReplicaPromises promises = again.Store.OpenPromises(Boot);
            foreach (ShardCell cell in again.Store.Cells)
            {
                bool isLost = cell.Shard.Id == lost;
                Assert.Equal(isLost, promises.MayHaveLostTail(cell.Shard.Id));
                Assert.Equal(Led, promises.PromisedOf(cell.Shard.Id));
                Assert.Equal(isLost, cell.Shard.Position == LogPosition.None);
                Assert.Equal(isLost, cell.Shard.Epochs.Count == 0);
                Assert.Equal(isLost ? 0 : 1, again.All().Keys.Count(k => again.OwnerOf(k) == cell.Index && k.StartsWith("later")));
            }

            Assert.Equal(Led, again.Store.HighestEpoch); // a cluster that is founded on the folder goes on above it
            Assert.DoesNotContain(again.All().Keys, k => again.OwnerOf(k) == lost.Value);
            promises.SaveClean();
        }

        // What comes to the shard afterwards counts, and a clean stop does not make the shard whole.
        using (var later = new StoreDriver(disk.AfterKill(), Replica))
        {
            Assert.True(later.Store.OpenPromises(Boot).MayHaveLostTail(lost));
            Assert.Throws<InvalidOperationException>(() => ShardTransfer.Begin(later.Store, lost, Led)); // its positions are used up
            foreach (ShardCell cell in later.Store.Cells) ShardTransfer.Begin(later.Store, cell.Shard.Id, new Epoch(6));
            for (int i = 0; i < 30; i++) later.Set($"new{i}", "1");
            Assert.True(later.Commit());
        }
    }

    /// <summary>It forgets them where it goes on to write. A folder without them looks like one that has promised nothing.</summary>
    [Fact]
    public void OneProcessServer_ThatRefusesTheFolder_LeavesItsPromises()
    {
        MemoryDisk disk = Node(stopsCleanly: false);
        DamageSnapshot(disk);
        byte[] before = disk.ReadAll(Promises);
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk, Replica with { LeadsShards = true }));
        Assert.Equal(before, disk.ReadAll(Promises));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RecordsAfterTheRepair_AreFoundByTheNextStart(bool savesASnapshot)
    {
        MemoryDisk disk = Node(stopsCleanly: false);
        ShardId lost = DamageSnapshot(disk);
        JournalInspector.Repair(disk, dryRun: false);
        using (var first = new StoreDriver(disk, Replica))
        {
            if (savesASnapshot) Assert.True(first.Store.Snapshots!.Save());
            foreach (ShardCell cell in first.Store.Cells) ShardTransfer.Begin(first.Store, cell.Shard.Id, new Epoch(6));
            for (int i = 0; i < 30; i++) first.Set($"new{i}", "1");
            Assert.True(first.Commit());
            using var again = new StoreDriver(disk.AfterKill(), Replica);
            Assert.Equal(first.All(), again.All());
            Assert.Contains(again.All().Keys, k => again.OwnerOf(k) == lost.Value);
        }
    }

    /// <summary>Every shard's records stand in the journal, those of shards without a row in it too.</summary>
    [Fact]
    public void CutJournal_AllShardsMayHaveLostTheirTails()
    {
        MemoryDisk disk = Node(stopsCleanly: true);
        DamageJournal(disk);
        Assert.Contains(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains("the other nodes' copies bring it level"));
        using var again = new StoreDriver(disk, Replica);
        ReplicaPromises promises = again.Store.OpenPromises(Boot);
        Assert.All(again.Store.Cells, c => Assert.True(promises.MayHaveLostTail(c.Shard.Id)));
        Assert.All(again.Store.Cells, c => Assert.Equal(Led, promises.PromisedOf(c.Shard.Id)));
        Assert.True(promises.MayHaveLostTail(new ShardId(900))); // of which the file had no row
        Assert.All(again.Store.Cells, c => Assert.NotEqual(LogPosition.None, c.Shard.Position)); // their snapshots are whole
    }

    [Fact]
    public void DryRun_AndAFolderThatOpens_ChangeNothing()
    {
        MemoryDisk disk = Node(stopsCleanly: true);
        Assert.Empty(JournalInspector.Repair(disk, dryRun: false));
        DamageSnapshot(disk);
        DamageJournal(disk);
        int operations = disk.Operations;
        Assert.Contains(JournalInspector.Repair(disk, dryRun: true), s => s.Text.Contains("the other nodes' copies bring it level"));
        Assert.Equal(operations, disk.Operations);
    }

    /// <summary>A folder without the file is the only copy: what its journal has written since the snapshot is all that is left.</summary>
    [Fact]
    public void OnlyCopy_KeepsWhatTheJournalHas_AndIsToldNothingOfOthers()
    {
        MemoryDisk disk = Node(stopsCleanly: true);
        disk.Delete(Promises);
        ShardId lost = DamageSnapshot(disk);
        Assert.DoesNotContain(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains("other nodes"));
        Assert.False(disk.Exists(Promises));
        using var again = new StoreDriver(disk, Replica);
        Assert.Single(again.All().Keys, k => again.OwnerOf(k) == lost.Value);
    }

    /// <summary>No other node has a copy of the host's own keys.</summary>
    [Fact]
    public void SystemShard_KeepsWhatTheJournalHas()
    {
        MemoryDisk disk = Node(stopsCleanly: true);
        Damage(disk, disk.List().Single(n => n.StartsWith($"snapshot-{ShardId.System.Value:D4}", StringComparison.Ordinal)));
        Assert.DoesNotContain(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains("other nodes"));
        using var again = new StoreDriver(disk, Replica);
        Assert.Equal(1, again.Store.System.Shard.Table.Count);
        Assert.NotEqual(LogPosition.None, again.Store.System.Shard.Position);
    }

    /// <summary>Nothing can be noted in it, and a repaired folder without a note would count for whole.</summary>
    [Fact]
    public void DamagedPromises_NothingIsRepaired()
    {
        MemoryDisk disk = Node(stopsCleanly: true);
        DamageSnapshot(disk);
        Damage(disk, Promises);
        int operations = disk.Operations;
        Assert.Throws<CorruptionException>(() => JournalInspector.Repair(disk, dryRun: true));
        Assert.Throws<CorruptionException>(() => JournalInspector.Repair(disk, dryRun: false));
        Assert.Equal(operations, disk.Operations);
    }

    /// <summary>A repair that was interrupted leaves a folder that is refused as before, or one that says what it lacks.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void CrashAtEveryDiskOperation_NoFolderOpensThatCountsForWhole(bool damagesSnapshot, bool damagesJournal)
    {
        for (int failAt = 1; failAt < 60; failAt++)
        {
            MemoryDisk disk = Node(stopsCleanly: true);
            ShardId? lost = damagesSnapshot ? DamageSnapshot(disk) : null;
            if (damagesJournal) DamageJournal(disk);
            disk.FailFrom = disk.Operations + failAt;
            Exception? failure = Record.Exception(() => JournalInspector.Repair(disk, dryRun: false));
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                bool wasRefused = !TryCheck(left.AfterKill(), lost, damagesJournal, $"operation {failAt}");
                if (!wasRefused) continue;
                Assert.NotNull(failure);
                Assert.NotEmpty(JournalInspector.Repair(left, dryRun: false)); // again, to its end
                Assert.True(TryCheck(left, lost, damagesJournal, $"again after operation {failAt}"));
            }

            if (failure is null)
            {
                Assert.True(failAt > 5);
                return; // every operation has failed once
            }

            Assert.IsType<IOException>(failure);
        }

        Assert.Fail("the repair never succeeded");
    }

    // False for a folder that is refused.
    private static bool TryCheck(MemoryDisk disk, ShardId? lost, bool wasCut, string when)
    {
        StoreDriver driver;
        try
        {
            driver = new StoreDriver(disk, Replica);
        }
        catch (CorruptionException)
        {
            return false;
        }

        using (driver)
        {
            ReplicaPromises promises = driver.Store.OpenPromises(Boot);
            foreach (ShardCell cell in driver.Store.Cells)
            {
                bool isLost = cell.Shard.Id == lost;
                Assert.True(promises.MayHaveLostTail(cell.Shard.Id) || !(isLost || wasCut), $"{when}: shard {cell.Index} counts");
                if (isLost) Assert.True(cell.Shard.Position == LogPosition.None, $"{when}: it stands at {cell.Shard.Position}");
            }
        }

        return true;
    }

    // Led shards with a snapshot, and a record of each behind it.
    private static MemoryDisk Node(bool stopsCleanly)
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk, Replica);
        ReplicaPromises promises = driver.Store.OpenPromises(Boot);
        foreach (ShardCell cell in driver.Store.Cells)
        {
            promises.Promise(cell.Shard.Id, Led);
            ShardTransfer.Begin(driver.Store, cell.Shard.Id, Led);
        }

        promises.Save();
        for (int i = 0; i < 40; i++) driver.Set($"k{i}", "1");
        SetOfHost("before"u8);
        Assert.True(driver.Store.Snapshots!.Save());
        foreach (ShardCell cell in driver.Store.Cells)
            driver.Set(Enumerable.Range(0, 1_000).Select(i => $"later{i}").First(k => driver.OwnerOf(k) == cell.Index), "1");
        SetOfHost("later"u8);
        Assert.True(driver.Commit(Durability.Always));
        if (!stopsCleanly) return disk.AfterKill();
        driver.Dispose();
        promises.SaveClean();
        return disk.AfterKill();

        void SetOfHost(ReadOnlySpan<byte> key)
        {
            ShardCell host = driver.Store.EnterSystem();
            host.Shard.Set(KeyRef.Of(key, driver.Store.HashSeed), "1"u8, 0, driver.NowMs);
            driver.Store.Exit(host);
        }
    }

    private static ShardId DamageSnapshot(MemoryDisk disk)
    {
        ManifestShard row = Manifest.Load(disk)!.Shards.First(s => s.File is not null);
        Damage(disk, row.File!);
        return new ShardId((ushort)row.Id);
    }

    // Not at its end, where a start would take it for torn.
    private static void DamageJournal(MemoryDisk disk)
    {
        string name = disk.List().Last(Segment.IsName);
        byte[] bytes = disk.ReadAll(name);
        int before = (int)JournalInspector.Dump(disk).Last(r => r.Epoch == Led.Value).Offset;
        bytes[before - 1] ^= 1;
        disk.Put(name, bytes);
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill(), Replica));
    }

    private static void Damage(MemoryDisk disk, string name)
    {
        byte[] bytes = disk.ReadAll(name);
        bytes[^30] ^= 1;
        disk.Put(name, bytes);
    }
}
