using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Storage;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>A shard's state is not written as a value: reading attaches to it, writing commits what commands have appended.</summary>
public sealed class ShardStateTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private NodeStore _store = null!;
    private StorageHost _host = null!;

    public async Task InitializeAsync()
    {
        _store = NodeStore.Open(
            new StoreOptions { ShardCount = 4, SnapshotIntervalMs = 0, RunHousekeeper = false }, new FaultyDisk(_folder.Path));
        _host = await StorageHost.StartAsync(services => services.AddJournalGrainStorage("journal", o => o.UseStore(_ => _store)));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Read_AttachesToTheShard_AndWriteMakesItsEffectsSafe()
    {
        int shard = Set("key", "value");
        var state = new GrainState<ShardState>();
        await Storage.ReadStateAsync("shard", Grain(shard), state);
        Assert.Equal((shard, 2L, true), (state.State!.Shard, state.State.Lsn, state.RecordExists));
        Assert.Equal("1", state.ETag);

        Set("key", "more");
        Assert.True(_store.Journal!.Synced < _store.Appended);
        await Storage.WriteStateAsync("shard", Grain(shard), state);
        Assert.Equal(3, state.State.Lsn);
        Assert.Equal(_store.Appended, _store.Journal.Synced);
        Assert.Equal(0, _store.System.Shard.Table.Count);
    }

    [Fact]
    public async Task Read_OfAShardThatHasNothing_SaysThatThereIsNoRecord()
    {
        var state = new GrainState<ShardState>();
        await Storage.ReadStateAsync("shard", Grain(2), state);
        Assert.False(state.RecordExists);
        Assert.Equal(0, state.State!.Lsn);
    }

    [Theory]
    [InlineData("0")]
    [InlineData(null)]
    public async Task Write_FromAnotherEpoch_IsRefusedWithBothTags(string? tag)
    {
        var state = new GrainState<ShardState> { ETag = tag };
        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("shard", Grain(1), state));
        Assert.Equal(("1", tag), (refused.StoredEtag, refused.CurrentEtag));
    }

    [Fact]
    public async Task AGrainThatIsNoShards_IsRefused()
    {
        foreach (GrainId grain in (GrainId[])[Grain(4), Grain(-1), GrainId.Create("shard", "name"),
            GrainId.Create(GrainType.Create("shard"), GrainIdKeyExtensions.CreateIntegerKey(1, "x"))])
            await Assert.ThrowsAsync<ArgumentException>(() => Storage.ReadStateAsync("shard", grain, new GrainState<ShardState>()));
        await Assert.ThrowsAsync<NotSupportedException>(() => Storage.ClearStateAsync("shard", Grain(1), new GrainState<ShardState>()));
    }

    private IGrainStorage Storage => _host["journal"];

    private static GrainId Grain(long shard) => GrainId.Create(GrainType.Create("shard"), GrainIdKeyExtensions.CreateIntegerKey(shard));

    private int Set(string key, string value)
    {
        KeyRef reference = KeyRef.Of(System.Text.Encoding.ASCII.GetBytes(key), _store.HashSeed);
        ShardCell cell = _store.Enter(reference);
        cell.Shard.Set(reference, System.Text.Encoding.ASCII.GetBytes(value), 0, _store.NowMs);
        _store.Exit(cell);
        return cell.Shard.Id.Value;
    }
}
