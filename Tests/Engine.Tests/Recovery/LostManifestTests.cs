using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Recovery;

/// <summary>A folder without a manifest is a new one only if nothing in it can have been acknowledged.</summary>
public sealed class LostManifestTests
{
    // Once it was taken for a new store: the snapshots were deleted and a part of the keys was served.
    [Fact]
    public void LostManifest_WithSnapshots_IsRefused_AndNothingIsDeleted()
    {
        MemoryDisk left = Filled(save: true);
        IReadOnlyList<string> before = left.List();
        AssertRefused(left);
        Assert.Equal(before, left.List());
    }

    [Fact]
    public void LostManifest_WithRecordsInTheJournal_IsRefused() => AssertRefused(Filled(save: false));

    [Fact]
    public void LostManifest_WithALaterSegmentAlone_IsRefused()
    {
        MemoryDisk left = Filled(save: true);
        foreach (string name in left.List().Where(SnapshotHeader.IsName)) left.Delete(name);
        Assert.True(left.List().First(Segment.IsName) != Segment.NameOf(1));
        AssertRefused(left);
    }

    [Fact]
    public void FirstStart_CutAtEveryOperation_OpensAfterwards()
    {
        var whole = new MemoryDisk();
        using (new StoreDriver(whole))
        {
        }

        for (int failAt = 1; failAt <= whole.Operations; failAt++)
        {
            var disk = new MemoryDisk { FailFrom = failAt };
            try
            {
                using var never = new StoreDriver(disk);
            }
            catch (IOException)
            {
                // a start that ends here
            }

            for (int seed = 0; seed < 8; seed++)
            {
                foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(seed))])
                {
                    using var again = new StoreDriver(left);
                    again.Set("a", "1");
                    Assert.True(again.Commit(Durability.Always));
                    using var third = new StoreDriver(left.AfterPowerCut(new Random(seed)));
                    Assert.Equal("1", third.Get("a"));
                }
            }
        }
    }

    private static MemoryDisk Filled(bool save)
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 200; i++)
        {
            driver.Set($"k{i}", new string('v', 100));
            driver.Commit(Durability.Always);
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        if (save) Assert.True(driver.Store.Snapshots!.Save());
        MemoryDisk left = disk.AfterKill();
        left.Delete(Manifest.Name);
        return left;
    }

    private static void AssertRefused(MemoryDisk disk)
    {
        CorruptionException refusal = Assert.Throws<CorruptionException>(() => new StoreDriver(disk));
        Assert.EndsWith(Manifest.Name, refusal.File, StringComparison.Ordinal);
        Assert.Contains("missing", refusal.Problem, StringComparison.Ordinal);
        Assert.Contains("backup", refusal.Message, StringComparison.Ordinal);
    }
}
