using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

public sealed class CommitQueueTests
{
    [Theory]
    [InlineData(Durability.No)]
    [InlineData(Durability.Always)]
    public async Task Commit_OfManyCallers_LeavesNothingBehind(Durability level)
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        using var queue = new CommitQueue(driver.Store.Journal);
        JournalLog journal = driver.Store.Journal!;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                driver.Set($"w{worker}-{i}", "v");
                JournalOffset upTo = journal.Appended;
                Assert.True(await queue.CommitAsync(upTo, level));
                Assert.True((level == Durability.Always ? journal.Synced : journal.Written) >= upTo);
            }
        })));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(1_600, again.All().Count);
    }

    [Fact]
    public async Task Commit_AfterTheJournalFailed_IsFalseForAll()
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk);
        using var queue = new CommitQueue(driver.Store.Journal);
        disk.FailFrom = disk.Operations + 1;
        driver.Set("a", "1");
        JournalOffset upTo = driver.Store.Journal!.Appended;
        bool[] done = await Task.WhenAll(
            queue.CommitAsync(upTo, Durability.Always).AsTask(), queue.CommitAsync(upTo, Durability.No).AsTask());
        Assert.All(done, Assert.False);
        Assert.False(await queue.CommitAsync(upTo, Durability.No));
    }

    [Theory]
    [InlineData(Durability.No)]
    [InlineData(Durability.Always)]
    public async Task Commit_OfAReader_AfterTheJournalFailed_IsTrueForWhatWasWrittenBefore(Durability level)
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk);
        using var queue = new CommitQueue(driver.Store.Journal);
        driver.Set("a", "1");
        JournalOffset before = driver.Store.Journal!.Appended;
        Assert.True(await queue.CommitAsync(before, Durability.No));
        disk.FailFrom = disk.Operations + 1;
        driver.Set("a", "2");
        JournalOffset after = driver.Store.Journal.Appended;
        Assert.False(await queue.CommitAsync(after, Durability.Always));

        Assert.True(await queue.CommitAsync(before, level, isReader: true));
        Assert.False(await queue.CommitAsync(after, level, isReader: true));
        Assert.Equal(level == Durability.No, await queue.CommitAsync(before, level)); // written is not flushed
    }

    [Fact]
    public async Task Commit_WithoutAJournal_IsDone()
    {
        using var queue = new CommitQueue(null);
        Assert.True(queue.CommitAsync(new JournalOffset(5), Durability.Always).IsCompletedSuccessfully);
        Assert.True(await queue.CommitAsync(new JournalOffset(5), Durability.Always));
    }
}
