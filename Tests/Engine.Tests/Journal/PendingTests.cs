using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>What nobody commits is written at a bound; it once grew until an array could not hold it.</summary>
public sealed class PendingTests
{
    private const int MaxPendingBytes = 4_096;

    [Fact]
    public void AppendsThatNobodyCommits_AreWrittenAtTheBound_AndGroupsStayWhole()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(
            disk, StoreDriver.Small with { Journal = new JournalOptions { MaxPendingBytes = MaxPendingBytes } });
        JournalLog journal = driver.Store.Journal!;
        for (int i = 0; i < 200; i++)
        {
            driver.Set($"k{i}", new string('v', 500));
            Assert.InRange(journal.Appended.Value - journal.Written.Value, 0, MaxPendingBytes + 1_000);
        }

        (string, string)[] together = [.. Enumerable.Range(0, 50).Select(i => ($"g{i}", new string('w', 500)))];
        JournalOffset before = journal.Written;
        driver.SetTogether(together); // begins a group above the bound now and then
        Assert.True(journal.Appended.Value - journal.Written.Value > 5 * MaxPendingBytes, "a group was written before its end");
        Assert.True(journal.Written.Value - before.Value <= MaxPendingBytes + 1_000);
        using (var again = new StoreDriver(disk.AfterKill())) Assert.DoesNotContain("g0", again.All().Keys);
        driver.Set("after", "1"); // writes the group, then waits itself
        using (var again = new StoreDriver(disk.AfterKill())) Assert.Equal(250, again.All().Count);
    }
}
