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

    private long Records => _host.Stores.Of("journal").Store.Journal!.Counters.Records;
}
