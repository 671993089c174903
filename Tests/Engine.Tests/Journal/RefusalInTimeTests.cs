using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>A disk without room for the next segment: writes are refused before one fails, and go on by themselves.</summary>
public sealed class RefusalInTimeTests
{
    /// <summary>Bytes of the disk: a few segments of the small store's.</summary>
    private const int FullAt = 130_000;

    private const int WithRoom = 300_000;

    [Fact]
    public void FullDisk_RefusesInTime_AndGoesOnWhenThereIsRoom()
    {
        var disk = new MemoryDisk { CapacityBytes = FullAt };
        using var driver = new StoreDriver(disk);
        int written = WriteUntilRefused(driver);
        Assert.Contains("full", driver.Store.WriteRefusal);
        Assert.Null(driver.Store.Journal!.Failure);
        disk.CapacityBytes = WithRoom;
        AssertGoesOn(driver, disk, written);
    }

    /// <summary>The housekeeper's claim of the next segment ended the process.</summary>
    [Fact]
    public void FolderThatBecomesReadOnly_RefusesInTime_AndGoesOnWhenItIsNot()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        disk.IsReadOnly = true;
        int written = WriteUntilRefused(driver);
        Assert.Contains("read-only on purpose", driver.Store.WriteRefusal);
        Assert.Null(driver.Store.Journal!.Failure);
        Assert.False(driver.Store.Snapshots!.Save());
        disk.IsReadOnly = false;
        AssertGoesOn(driver, disk, written);
    }

    [Fact]
    public void FullDisk_HoldsExpiryBack_UntilThereIsRoom()
    {
        var disk = new MemoryDisk { CapacityBytes = FullAt };
        using var driver = new StoreDriver(disk);
        int written = WriteUntilRefused(driver, driver.NowMs + 1_000);
        driver.NowMs += 10_000;
        for (int i = 0; i < 100; i++) driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Null(driver.Store.Journal!.Failure);
        Assert.Equal(written, driver.Store.Count);
        disk.CapacityBytes = WithRoom;
        for (int i = 0; i < 100; i++) driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Null(driver.Store.WriteRefusal);
        Assert.Equal(0, driver.Store.Count);
    }

    // Returns the keys written, each of them committed.
    private static int WriteUntilRefused(StoreDriver driver, long deadlineMs = 0)
    {
        int written = 0;
        while (driver.Store.WriteRefusal is null && written < 1_000)
        {
            driver.Set($"k{written++}", new string('v', 100), deadlineMs);
            Assert.True(driver.Commit(Durability.Always), "the refusal must come before a write fails");
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        return written;
    }

    private static void AssertGoesOn(StoreDriver driver, MemoryDisk disk, int written)
    {
        driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Null(driver.Store.WriteRefusal);
        driver.Set("later", "1");
        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(written + 1, again.All().Count);
    }
}
