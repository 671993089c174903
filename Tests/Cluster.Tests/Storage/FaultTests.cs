using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Storage;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>
/// A disk that fails, is full or is slow: what was acknowledged stays, what was not is refused in words, nothing is half written.
/// </summary>
public sealed class FaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private FaultyDisk _disk = null!;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_WhenTheDiskFails_SaysSo_AndReopeningGivesTheOldOrTheNewState(bool onFlush)
    {
        await using (StorageHost host = await StartAsync())
        {
            var safe = new Cell(host["journal"], "safe");
            await safe.WriteAsync("safe");
            var cell = new Cell(host["journal"], "a");
            await cell.WriteAsync("old");
            string tag = cell.Tag!;
            if (onFlush) _disk.FlushFault = "the cable is out";
            else _disk.WriteFault = "the cable is out";

            JournalStorageException failed = await Assert.ThrowsAsync<JournalStorageException>(() => cell.WriteAsync("new"));
            Assert.Contains("the cable is out", failed.Message, StringComparison.Ordinal);
            Assert.Contains("test/a", failed.Message, StringComparison.Ordinal);
            Assert.Equal(tag, cell.Tag);

            // Which of the two the disk has is not known: nobody may see either. What was safe before is.
            await Assert.ThrowsAsync<JournalStorageException>(cell.AgainAsync);
            Assert.Equal("safe", (await safe.AgainAsync()).Text);

            JournalStorageException refused = await Assert.ThrowsAsync<JournalStorageException>(() => safe.WriteAsync("more"));
            Assert.Contains("Nothing was changed", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<JournalStorageException>(safe.ClearAsync);
        }

        await using StorageHost again = await StorageHost.StartAsync(_folder.Path);
        var later = new Cell(again["journal"], "a");
        await later.ReadAsync();
        Assert.Contains(later.Text, (string[])["old", "new"]);
        await later.WriteAsync("later");
        var kept = new Cell(again["journal"], "safe");
        await kept.ReadAsync();
        Assert.Equal("safe", kept.Text);
    }

    [Fact]
    public async Task Write_WhenTheDiskIsFull_IsRefused_AndGoesOnWhenThereIsRoom()
    {
        await using StorageHost host = await StartAsync();
        _disk.CapacityBytes = _disk.UsedBytes; // what is claimed can be used up, and no more be claimed
        var cell = new Cell(host["journal"], "a");
        byte[] large = new byte[3 * 1024 * 1024];
        JournalStorageException? refused = null;
        int written = 0;
        for (; refused is null && written < 100; written++)
        {
            cell.State.State = new TestState { Number = written, Bytes = large };
            refused = (JournalStorageException?)await Record.ExceptionAsync(() => cell.WriteAsync());
        }

        Assert.Contains("full", refused!.Message, StringComparison.Ordinal);
        Assert.Contains("Free some room", refused.Message, StringComparison.Ordinal);
        Assert.Null(host.Stores.Of("journal").Store.Journal!.Failure);
        Assert.Equal(written - 2, (await cell.AgainAsync()).State.State!.Number);
        await Assert.ThrowsAsync<JournalStorageException>(cell.ClearAsync);

        _disk.CapacityBytes = long.MaxValue;
        host.Stores.Of("journal").Store.Journal!.ReserveAhead(); // as housekeeping does ten times a second
        await cell.WriteAsync("there is room again");
        Assert.Equal("there is room again", (await cell.AgainAsync()).Text);
    }

    [Fact]
    public async Task ManyLargeWritesAtOnce_OnADiskThatFillsUp_AreWrittenOrRefused_AndTheJournalLives()
    {
        string copy;
        var states = new Dictionary<int, bool>();
        await using (StorageHost host = await StartAsync())
        {
            _disk.CapacityBytes = _disk.UsedBytes;
            _disk.FlushesMayGo.Reset(); // so that all have come before the first is done
            Task<bool>[] writes = [.. Enumerable.Range(0, 60).Select(i => TryWriteAsync(new Cell(host["journal"], $"g{i}")))];
            _disk.FlushesMayGo.Set();
            bool[] done = await Task.WhenAll(writes);
            Assert.Contains(true, done);
            Assert.Contains(false, done);
            Assert.Null(host.Stores.Of("journal").Store.Journal!.Failure);
            for (int i = 0; i < done.Length; i++) states[i] = done[i];
            copy = _folder.CopyOf(_folder.Path, "copy");
        }

        await using StorageHost again = await StorageHost.StartAsync(copy);
        foreach ((int i, bool isThere) in states)
        {
            var cell = new Cell(again["journal"], $"g{i}");
            await cell.ReadAsync();
            Assert.Equal(isThere, cell.State.RecordExists);
        }
    }

    [Fact]
    public async Task WriteAndRead_WaitForTheDisk_AndOnlyForTheirOwnChange()
    {
        await using StorageHost host = await StartAsync();
        var other = new Cell(host["journal"], "other");
        await other.WriteAsync("other");
        var cell = new Cell(host["journal"], "a");
        _disk.FlushesMayGo.Reset();
        Task write = cell.WriteAsync("x");
        Task<Cell> read = cell.AgainAsync();
        Task<Cell> unaffected = other.AgainAsync();
        try
        {
            Assert.False(write.IsCompleted);
            Assert.False(read.IsCompleted); // or it would show what a power cut takes back
            Assert.True(unaffected.IsCompletedSuccessfully);
        }
        finally
        {
            _disk.FlushesMayGo.Set();
        }

        await write;
        Assert.Equal("x", (await read).Text);
    }

    [Fact]
    public async Task Stop_WhileWritesRun_FinishesThem_AndRefusesWhatComes()
    {
        StorageHost host = await StartAsync();
        _disk.FlushesMayGo.Reset();
        Cell[] cells = [.. Enumerable.Range(0, 50).Select(i => new Cell(host["journal"], $"g{i}"))];
        Task[] writes = [.. cells.Select(c => c.WriteAsync("x"))];
        Task stop = host.DisposeAsync().AsTask();
        Assert.False(stop.IsCompleted);
        var late = new Cell(host["journal"], "late");
        Assert.Contains("stopping", (await Assert.ThrowsAsync<JournalStorageException>(() => late.WriteAsync("x"))).Message,
            StringComparison.Ordinal);
        _disk.FlushesMayGo.Set();
        await Task.WhenAll(writes);
        await stop;
        await using StorageHost again = await StorageHost.StartAsync(_folder.Path);
        foreach (Cell cell in cells)
        {
            var found = new Cell(again["journal"], $"g{cells.IndexOf(cell)}");
            await found.ReadAsync();
            Assert.Equal("x", found.Text);
        }
    }

    [Theory]
    [InlineData(Durability.Always)]
    [InlineData(Durability.EverySecond)]
    [InlineData(Durability.No)]
    public async Task Kill_AfterAWrite_LosesNothing_WhateverTheDurability(Durability durability)
    {
        await using StorageHost host = await StorageHost.StartAsync(_folder.File("live"), o => o.Durability = durability);
        var cell = new Cell(host["journal"], "a");
        await cell.WriteAsync("first");
        await cell.WriteAsync("second");
        var gone = new Cell(host["journal"], "gone");
        await gone.WriteAsync("x");
        await gone.ClearAsync();
        await using StorageHost again = await StorageHost.StartAsync(_folder.CopyOf(_folder.File("live"), "killed"));
        var found = new Cell(again["journal"], "a");
        await found.ReadAsync();
        Assert.Equal("second", found.Text);
        Assert.Equal(cell.Tag, found.Tag);
        await found.WriteAsync("third");
        Assert.False((await new Cell(again["journal"], "gone").AgainAsync()).State.RecordExists);
    }

    [Fact]
    public async Task Snapshot_BoundsTheJournal_AndStatesSurviveIt()
    {
        await using (StorageHost host = await StorageHost.StartAsync(_folder.Path))
        {
            var cell = new Cell(host["journal"], "a");
            for (int i = 0; i < 100; i++)
            {
                cell.State.State = new TestState { Number = i, Bytes = new byte[1024 * 1024] };
                await cell.WriteAsync();
            }

            NodeStore store = host.Stores.Of("journal").Store;
            long before = store.Journal!.Segments.SizeBytes;
            Assert.True(before > 90L * 1024 * 1024);
            Assert.True(store.Snapshots!.Save(), store.Snapshots.Status.LastError);
            Assert.True(store.Journal.Segments.SizeBytes < before / 3);
        }

        await using StorageHost again = await StorageHost.StartAsync(_folder.Path);
        var found = new Cell(again["journal"], "a");
        await found.ReadAsync();
        Assert.Equal(99, found.State.State!.Number);
    }

    private static async Task<bool> TryWriteAsync(Cell cell)
    {
        cell.State.State = new TestState { Bytes = new byte[1024 * 1024] };
        Exception? refused = await Record.ExceptionAsync(() => cell.WriteAsync());
        Assert.True(refused is null or JournalStorageException, refused?.ToString());
        return refused is null;
    }

    private Task<StorageHost> StartAsync() =>
        StorageHost.StartAsync(_folder.Path, options => options.OpenDisk = folder => _disk = new FaultyDisk(folder));
}
