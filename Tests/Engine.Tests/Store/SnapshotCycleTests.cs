using OrleansKv.Engine.Io;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Store;

public sealed class SnapshotCycleTests
{
    [Fact]
    public void CrashAtEveryDiskOperation_OfASnapshot_RecoversEverything()
    {
        for (int failAt = 1; failAt < 80; failAt++)
        {
            var disk = new MemoryDisk();
            var driver = new StoreDriver(disk);
            for (int i = 0; i < 100; i++) driver.Set($"k{i}", $"v{i}");
            Assert.True(driver.Store.Snapshots!.Save());
            for (int i = 0; i < 100; i += 3) driver.Set($"k{i}", $"w{i}");
            for (int i = 0; i < 100; i += 7) driver.Delete($"k{i}");
            Assert.True(driver.Commit(Durability.Always));
            Dictionary<string, string> expected = driver.All();
            disk.FailFrom = disk.Operations + failAt;
            bool saved = driver.Store.Snapshots.Save();
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left);
                Assert.Equal(expected.OrderBy(p => p.Key), again.All().OrderBy(p => p.Key));
            }

            if (saved) return; // every operation has failed once
        }

        Assert.Fail("the snapshot never succeeded");
    }

    [Fact]
    public void Snapshot_FreesTheJournalItReplaces()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 300; i++)
        {
            driver.Set($"k{i % 10}", new string('v', 100));
            driver.Commit();
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        int before = driver.Store.Journal!.Segments.Count;
        Assert.True(driver.Store.Snapshots!.Save());
        Assert.True(before > 3);
        Assert.Equal(1, driver.Store.Journal.Segments.Count);
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(10, again.All().Count);
        Assert.Equal(10, again.Store.Recovery!.Entries);
    }

    [Fact]
    public void FailedSnapshot_SaysWhy_AndTheNextSucceeds()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        driver.Set("a", "1");
        driver.Commit();
        disk.FailFrom = disk.Operations + 1;
        Assert.False(driver.Store.Snapshots!.Save());
        Assert.NotNull(driver.Store.Snapshots.Status.LastError);
        disk.FailFrom = 0;
        Assert.True(driver.Store.Snapshots.Save());
        Assert.Null(driver.Store.Snapshots.Status.LastError);
    }

    [Fact]
    public void FileThatCannotBeReadBack_IsAFailedSnapshot_AndNoCrash()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        driver.Set("a", "1");
        driver.Commit();
        disk.OnRead = name =>
        {
            byte[] bytes = disk.ReadAll(name);
            bytes[^30] ^= 1;
            disk.Put(name, bytes);
        };
        Assert.False(driver.Store.Snapshots!.Save());
        Assert.False(driver.Store.Snapshots.Status.IsRunning);
        Assert.Contains("cannot be read back", driver.Store.Snapshots.Status.LastError);
        disk.OnRead = null;
        Assert.True(driver.Store.Snapshots.Save());
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal("1", again.Get("a"));
    }

    [Fact]
    public void FailedCycle_LeavesNoFileThatNoManifestNames()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 100; i++) driver.Set($"k{i}", "v");
        driver.Commit();
        FailThirdFile(disk, driver);
        Assert.DoesNotContain(disk.List(), n => n.StartsWith("snapshot-", StringComparison.Ordinal));
        Assert.True(driver.Store.Snapshots!.Save());
        string[] named = [.. disk.List()];
        for (int i = 0; i < 100; i++) driver.Set($"k{i}", "w");
        driver.Commit();
        FailThirdFile(disk, driver);
        Assert.Equal(named.Where(Engine.Snapshots.SnapshotHeader.IsName), disk.List().Where(Engine.Snapshots.SnapshotHeader.IsName));
    }

    /// <summary>
    /// A manifest whose saving failed may be in force nevertheless; the next cycle's files, of the same names, are not to go when that
    /// fails, too.
    /// </summary>
    [Fact]
    public void CycleThatFailsAfterAManifestThatPerhapsIsInForce_RecoversEverything()
    {
        for (int failAt = 1; failAt < 80; failAt++)
        {
            var disk = new MemoryDisk();
            var driver = new StoreDriver(disk);
            for (int i = 0; i < 100; i++) driver.Set($"k{i}", $"v{i}");
            Assert.True(driver.Commit(Durability.Always));
            disk.FailFrom = disk.Operations + failAt;
            bool saved = driver.Store.Snapshots!.Save();
            disk.FailFrom = 0;
            if (saved) return; // every operation has failed once
            if (driver.Store.Journal!.Failure is not null) continue;
            FailThirdFile(disk, driver);
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left);
                Assert.Equal(100, again.All().Count);
            }
        }

        Assert.Fail("the snapshot never succeeded");
    }

    /// <summary>A stop waited for a rest at each block of the file: with --snapshot-delay of a second, for minutes.</summary>
    [Fact]
    public async Task Stop_DuringTheReadBack_DoesNotWaitForIt()
    {
        const int BlockBytes = 64 * 1024;
        var disk = new MemoryDisk();
        using var reading = new ManualResetEventSlim();
        disk.OnRead = _ => reading.Set();
        var options = StoreDriver.Small with { ShardCount = 1, RunHousekeeper = true, SnapshotDelayMs = 1_000,
            Journal = new Engine.Journal.JournalOptions() };
        var driver = new StoreDriver(disk, options);
        for (int i = 0; i < 60; i++) driver.Set($"k{i}", new string('v', BlockBytes));
        driver.Commit();
        Assert.True(driver.Store.Snapshots!.TryStart());
        Assert.True(reading.Wait(TimeSpan.FromSeconds(30)), "no file is read back");
        await Task.Run(driver.Dispose).WaitAsync(TimeSpan.FromSeconds(20)); // and not 60 rests of a second
        Assert.Contains("stopping", driver.Store.Snapshots.Status.LastError);
    }

    private static void FailThirdFile(MemoryDisk disk, StoreDriver driver)
    {
        int files = 0;
        disk.OnRead = _ =>
        {
            if (++files == 3) throw new IOException("unreadable on purpose");
        };
        Assert.False(driver.Store.Snapshots!.Save());
        disk.OnRead = null;
    }

    [Fact]
    public void Snapshot_AllocatesNoBuffersAShard_SoThatTheCollectorDoesNotRunForIt()
    {
        const int Shards = 32;
        const int LargeObjectBytes = 85_000; // .NET collects everything for a few MB of such
        string folder = Directory.CreateTempSubdirectory("orleanskv-snapshot-").FullName;
        try
        {
            using var driver = new StoreDriver(new PhysicalDisk(folder), StoreDriver.Small with { ShardCount = Shards });
            ChangeAndSave(driver); // rents the first buffers
            long before = GC.GetAllocatedBytesForCurrentThread();
            ChangeAndSave(driver);
            long perShard = (GC.GetAllocatedBytesForCurrentThread() - before) / Shards;
            Assert.Equal(Shards, Directory.GetFiles(folder, "snapshot-*.kvs").Length);
            Assert.True(perShard < LargeObjectBytes, $"{perShard} B a shard");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static void ChangeAndSave(StoreDriver driver)
        {
            for (int i = 0; i < 1_000; i++) driver.Set($"k{i}", "v");
            Assert.True(driver.Store.Snapshots!.Save());
        }
    }
}
