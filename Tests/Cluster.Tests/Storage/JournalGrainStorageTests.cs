using Orleans.Storage;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>The grain storage that keeps states in a journal of the silo's own, and what it promises beyond other providers.</summary>
public sealed class JournalGrainStorageTests : GrainStorageConformance, IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private StorageHost _host = null!;

    private protected override IGrainStorage Storage => _host["journal"];

    public async Task InitializeAsync() => _host = await StorageHost.StartAsync(_folder.Path);

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Clear_Twice_AndOfAbsent_DoesNothingAndWritesNothing()
    {
        var cell = new Cell(Storage, "a");
        cell.State.State = new TestState { Text = "left over" };
        cell.State.RecordExists = true;
        await cell.ClearAsync();
        Assert.Equal(new TestState(), cell.State.State);
        Assert.False(cell.State.RecordExists);
        await cell.WriteAsync("x");
        await cell.ClearAsync();
        long records = Records;
        await cell.ClearAsync();
        Assert.Equal(records, Records);
        Assert.Null(cell.Tag);
    }

    [Fact]
    public async Task LargestState_IsKept_AndALargerOneRefusedByItsName()
    {
        var cell = new Cell(Storage, "large");
        cell.State.State = new TestState { Bytes =
            new byte[OrleansKv.Grains.Storage.JournalGrainStorageOptions.DefaultMaxStateBytes - 100] };
        new Random(1).NextBytes(cell.State.State.Bytes);
        await cell.WriteAsync();
        byte[] kept = cell.State.State.Bytes;
        Assert.Equal(kept, (await cell.AgainAsync()).State.State!.Bytes);
        string tag = cell.Tag!;
        cell.State.State = new TestState { Bytes = new byte[OrleansKv.Grains.Storage.JournalGrainStorageOptions.DefaultMaxStateBytes] };
        var refused = await Assert.ThrowsAsync<OrleansKv.Grains.Storage.JournalStorageException>(() => cell.WriteAsync());
        Assert.Contains("MaxStateBytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("large", refused.Message, StringComparison.Ordinal);
        Assert.Equal(tag, cell.Tag);
        Assert.Equal(kept, (await cell.AgainAsync()).State.State!.Bytes);
    }

    /// <summary>
    /// Everysec acknowledges a write before it is on the disk. After a power cut the next write got the Lsn of one that was lost, and a
    /// grain that knew the lost one overwrote what came after. The folder's copy is the disk as the power cut leaves it.
    /// </summary>
    [Fact]
    public async Task Tag_OfAWriteThatAPowerCutTook_IsStale_AlsoWhenItsLsnIsGivenAgain()
    {
        const OrleansKv.Protocol.Durability Level = OrleansKv.Protocol.Durability.EverySecond;
        string folder = Path.Combine(_folder.Path, "everysec");
        Cell kept, lost;
        string copy;
        await using (StorageHost host = await StorageHost.StartAsync(folder, o => o.Durability = Level))
        {
            kept = new Cell(host["journal"], "kept");
            await kept.WriteAsync("kept");
            lost = new Cell(host["journal"], "lost");
            await lost.WriteAsync("first");
            copy = _folder.CopyOf(folder, "cut");
            await lost.WriteAsync("lost 1");
            await lost.WriteAsync("lost 2");
        }

        await using StorageHost again = await StorageHost.StartAsync(copy, o => o.Durability = Level);
        var now = new Cell(again["journal"], "lost");
        await now.ReadAsync();
        Assert.Equal("first", now.Text);
        await now.WriteAsync("new");
        Assert.Equal(lost.Tag!.Split(':')[1], now.Tag!.Split(':')[1]); // the same Lsn
        var old = new Cell(again["journal"], "lost") { Tag = lost.Tag };
        foreach (Func<Task> change in (Func<Task>[])[() => old.WriteAsync("overwritten"), old.ClearAsync])
        {
            InconsistentStateException refused = await Assert.ThrowsAsync<InconsistentStateException>(change);
            Assert.Equal((now.Tag, lost.Tag), (refused.StoredEtag, refused.CurrentEtag));
        }

        Assert.Equal("new", (await now.AgainAsync()).Text);
        var untouched = new Cell(again["journal"], "kept") { Tag = kept.Tag };
        await untouched.WriteAsync("its tag is of a write that stayed");
    }

    private long Records => _host.Stores.Of("journal").Store.Journal!.Counters.Records;
}
