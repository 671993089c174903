using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Recovery;

/// <summary>
/// Folders that the last program of format 1 wrote (commit 74a7a70), each as an archive with <c>expected.json</c>: what its server answered
/// before it ended. They open with all keys, go on, and open again; nothing of them is damage.
/// </summary>
public sealed class Format1FolderTests
{
    /// <summary>
    /// <c>rebalanced</c> was killed in the midst of a rebalance, <c>killed</c> under writes with fsync always, so that it ends with room
    /// that was written ahead; the shards of <c>moved</c> have come from another node, and records of their former life here are in its
    /// journal.
    /// </summary>
    public static TheoryData<string> Folders => ["journal", "snapshots", "rebalanced", "groups", "expiries", "killed", "moved"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void OpensWithItsKeys_GoesOn_AndOpensAgain(string name) => StoredFolder.Load(1, name).AssertOpens_GoesOn_AndOpensAgain();

    [Fact]
    public void TornEnd_AtAnyByte_IsCut_AndTheFolderGoesOn()
    {
        byte[] journal = StoredFolder.Load(1, "groups").Disk.ReadAll(Segment.NameOf(1));
        for (int length = journal.Length; length > journal.Length - 600; length--)
        {
            MemoryDisk disk = StoredFolder.Load(1, "groups").Disk;
            disk.Put(Segment.NameOf(1), journal[..length]);
            Dictionary<string, LiveEntry> left;
            using (StoreDriver driver = StoredFolder.Open(disk))
            {
                driver.Set("after", "1");
                Assert.True(driver.Commit(Durability.Always));
                left = driver.Live();
            }

            Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Problem));
            using StoreDriver again = StoredFolder.Open(disk);
            Assert.Equal(StoredFolder.Sorted(left), StoredFolder.Sorted(again.Live()));
        }
    }

    /// <summary>A cluster that was founded anew on a folder began with epoch 1 again, and nobody compared.</summary>
    [Fact]
    public void EpochThatWentBack_LosesNothing_AndTheNextIsAboveAll()
    {
        StoreOptions options = StoreDriver.Small with { ShardCount = 1 };
        var disk = new MemoryDisk();
        using (new StoreDriver(disk, options))
        {
        }

        ulong storeId = Engine.Snapshots.Manifest.Load(disk)!.StoreId;
        disk.Put(Segment.NameOf(1), Format1Record.Segment(
            storeId, Format1Record.Set(5, 1, "a", "1"), Format1Record.Set(5, 2, "b", "2"), Format1Record.Set(1, 3, "c", "3"),
                Format1Record.Set(2, 4, "b", "4")));
        using (var driver = new StoreDriver(disk, options))
        {
            Assert.Equal(["a=1", "b=4", "c=3"], driver.All().Select(p => $"{p.Key}={p.Value}").Order());
            driver.Set("d", "5");
            Assert.Equal("6:6", driver.Store.Cells[0].Shard.Position.ToString());
        }

        StoredFolder.AssertWhole(disk);
        using var again = new StoreDriver(disk, options);
        Assert.Equal(["a", "b", "c", "d"], again.All().Keys.Order());
    }
}
