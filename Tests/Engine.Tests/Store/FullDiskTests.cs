using Microsoft.Extensions.Time.Testing;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>A disk that is full of the store's own old journal: a snapshot gives the room back, and nobody has to ask for it.</summary>
public sealed class FullDiskTests
{
    private const int KiB = 1024;
    private const int ReliefMs = 10_000;

    // A manifest takes some 90 KiB, and twice that while another one replaces it.
    private const int ManifestsBytes = 200 * KiB;

    private static readonly JournalOptions Journal = new() { SegmentBytes = 256 * KiB, MarginBytes = 32 * KiB, PrefillBytes = 256 };

    [Theory]
    [InlineData(ManifestsBytes + (2 * 288 * KiB) + (50 * KiB))] // two segments, and a little that holds no third one
    [InlineData(ManifestsBytes + 288 * KiB + (100 * KiB))] // one segment: it can only go if a smaller one takes its place
    public void JournalOfOneKey_FillsTheDisk_AndFreesItByItself(long capacityBytes)
    {
        var disk = new MemoryDisk { CapacityBytes = capacityBytes };
        FakeTimeProvider time = TestTime.New();
        using var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = Journal, Time = time });
        int written = 0;
        for (int round = 0; round < 5; round++)
        {
            WriteUntilRefused(driver, ref written);
            time.Advance(ReliefMs);
            driver.Store.Snapshots!.Turn();
            driver.Store.Housekeeper.Step(time.NowMs());
            Assert.Null(driver.Store.Snapshots.Status.LastError);
            Assert.Null(driver.Store.WriteRefusal);
            using var again = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { Journal = Journal });
            Assert.Equal(Value(written), again.Get("hot"));
        }

        Assert.Equal(5, driver.Store.Snapshots!.Status.Taken);
    }

    [Fact]
    public void OneSegmentFillsTheDisk_SaveFreesIt()
    {
        var disk = new MemoryDisk { CapacityBytes = ManifestsBytes + (388 * KiB) };
        using var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = Journal });
        int written = 0;
        WriteUntilRefused(driver, ref written);
        Assert.True(driver.Store.Snapshots!.Save());
        driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Null(driver.Store.WriteRefusal);
    }

    [Fact]
    public void SnapshotThatCannotHelp_IsNotTakenAgainAtOnce()
    {
        var disk = new MemoryDisk { CapacityBytes = ManifestsBytes + (388 * KiB) };
        FakeTimeProvider time = TestTime.New();
        using var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = Journal, Time = time });
        int written = 0;
        WriteUntilRefused(driver, ref written);
        disk.CapacityBytes = 0; // somebody else has the rest
        driver.Store.Snapshots!.Turn();
        Assert.NotNull(driver.Store.Snapshots.Status.LastError);
        disk.CapacityBytes = long.MaxValue;
        time.Advance(ReliefMs - 1);
        driver.Store.Snapshots.Turn();
        Assert.Equal(0, driver.Store.Snapshots.Status.Taken);
        time.Advance(1);
        driver.Store.Snapshots.Turn();
        Assert.Equal(1, driver.Store.Snapshots.Status.Taken);
    }

    [Fact]
    public void SealedEarly_AtEveryFailure_LosesNothing()
    {
        for (int failAt = 1; failAt < 100; failAt++)
        {
            var disk = new MemoryDisk { CapacityBytes = ManifestsBytes + (388 * KiB) };
            var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = Journal });
            int written = 0;
            WriteUntilRefused(driver, ref written);
            Assert.True(driver.Commit(Durability.Always));
            disk.FailFrom = disk.Operations + failAt;
            bool saved = driver.Store.Snapshots!.Save();
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left, StoreDriver.Small with { Journal = Journal });
                Assert.Equal(Value(written), again.Get("hot"));
            }

            if (saved) return; // every operation has failed once
        }

        Assert.Fail("the snapshot never succeeded");
    }

    private static void WriteUntilRefused(StoreDriver driver, ref int written)
    {
        int last = written + 10_000;
        while (driver.Store.WriteRefusal is null && written < last)
        {
            driver.Set("hot", Value(++written));
            Assert.True(driver.Commit(), "the refusal must come before the disk is full");
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        Assert.Contains("full", driver.Store.WriteRefusal);
    }

    private static string Value(int number) => number + new string('v', KiB);
}
