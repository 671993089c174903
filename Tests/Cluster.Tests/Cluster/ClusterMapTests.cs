using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// The map's grain over a storage that hangs and fails, and what a node does by its answers. The second node is one that has joined and is
/// not there, so that nothing moves but what the test says has arrived.
/// </summary>
public sealed class ClusterMapTests : IAsyncLifetime
{
    private const string Ghost = "ghost";

    /// <summary>An activation that has ended answers so until its next tick: long enough to ask it.</summary>
    private const int TickMs = 1_000;

    private readonly MapStorage _storage = new();
    private KvTestCluster _cluster = null!;
    private IGrainFactory _grains = null!;
    private ClusterMapCache _maps = null!;
    private ISlotMapGrain _map = null!;
    private string _home = null!;
    private int[] _leaving = null!;

    public async Task InitializeAsync()
    {
        _cluster = await KvTestCluster.StartAsync(new KvTestOptions
        {
            Silo = silo =>
            {
                silo.Services.AddGrainStorage(KvClusterOptions.StorageName, (_, _) => _storage);
                silo.Services.Configure<KvClusterOptions>(o => o.ExpiryTickMs = TickMs);
            },
        });
        IServiceProvider services = _cluster.Orleans.Silos[0].ServiceProvider;
        _grains = services.GetRequiredService<IGrainFactory>();
        _maps = services.GetRequiredService<ClusterMapCache>();
        _map = _grains.GetGrain<ISlotMapGrain>(0);
        _home = _cluster.Orleans.Silos[0].Name;
        await JoinAsync(Ghost);
        ClusterMap map = await _maps.Refresh();
        _leaving = [.. Enumerable.Range(0, map.Homes.Length).Where(s => map.Homes[s].NextNodeId == Ghost)];
        Assert.True(_leaving.Length >= 2);
    }

    public async Task DisposeAsync()
    {
        _storage.Release();
        await _cluster.DisposeAsync();
    }

    /// <summary>A map that was not saved yet made the old home drop its copy.</summary>
    [Fact]
    public async Task Arrival_ThatIsNotSaved_IsSeenByNobody_AndTheOldHomeKeepsItsCopy()
    {
        int shard = _leaving[0];
        await SetAsync(shard, "a");
        long before = (await _maps.Refresh()).Version;
        _storage.Hold();
        Task<ClusterMapUpdate> arrived = ArriveAsync(shard);
        await _storage.WhenHeldAsync();

        Assert.Null(await _map.Get(before, 0));
        Assert.Equal(before, (await _maps.Refresh()).Version);
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "a"));

        _storage.Fate = _ => WriteFate.Fails;
        _storage.Release();
        await Assert.ThrowsAnyAsync<OrleansException>(() => arrived);
        _storage.Fate = _ => WriteFate.Well;
        await JoinAsync("another"); // the next change: its version is one that nobody can have heard of
        Assert.Equal(before + 2, (await _maps.Refresh()).Version);
        Assert.Equal(_home, _maps.Current.Homes[shard].NodeId);
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "a"));
        Assert.Equal(_storage.Versions.Distinct().Order(), _storage.Versions);
    }

    [Fact]
    public async Task Change_ThatWasStoredUnheard_IsInForceWhenItAnswers()
    {
        int shard = _leaving[0];
        _storage.Fate = map => map.Homes[shard].NodeId == Ghost ? WriteFate.StoredUnheard : WriteFate.Well;
        ClusterMapUpdate map = await _map.Arrived(shard, Ghost, 2, 0);
        Assert.Equal(new ShardHome(Ghost, 2, null), map.Homes[shard]);
        Assert.Equal(_storage.Stored.Version, (await _map.Get(0, 0))!.Version);
    }

    /// <summary>The write was given up, and a later one must not come to stand beside it.</summary>
    [Fact]
    public async Task Change_ThatIsStoredLate_AndOneAfterIt_AreBothThere()
    {
        int shard = _leaving[0];
        _storage.Fate = map => map.Homes[shard].NodeId == Ghost ? WriteFate.StoredLate : WriteFate.Well;
        await Assert.ThrowsAnyAsync<OrleansException>(() => ArriveAsync(shard));
        _storage.Fate = _ => WriteFate.Well;
        ClusterMapUpdate claimed = await _map.Claim(shard, _home, 0); // looks, and so the late one is stored before it
        Assert.Equal(new ShardHome(Ghost, 2, null), claimed.Homes[shard]);
        Assert.Equal(_storage.Versions.Distinct().Order(), _storage.Versions);
    }

    [Fact]
    public async Task Claim_OfAShardThatIsToMove_TakesAnEpochThatNoArrivalHas()
    {
        int shard = _leaving[0];
        ClusterMapUpdate map = await _map.Claim(shard, _home, 0);
        Assert.Equal(new ShardHome(_home, 3, Ghost), map.Homes[shard]);
        map = await _map.Arrived(shard, Ghost, 2, 0); // it had left before
        Assert.Equal(new ShardHome(_home, 3, Ghost), map.Homes[shard]);
        map = await _map.Arrived(shard, Ghost, 4, 0);
        Assert.Equal(new ShardHome(Ghost, 4, null), map.Homes[shard]);
        Assert.Equal(map.Version, (await _map.Claim(shard, _home, 0)).Version); // not its home any more: nothing to take
        Assert.Equal(map.Version, (await _map.Arrived(shard, Ghost, 4, 0)).Version); // said again
    }

    [Fact]
    public async Task Claim_OfAShardThatStays_WritesNothing()
    {
        int shard = Enumerable.Range(0, _maps.Current.Homes.Length).Except(_leaving).First();
        int writes = _storage.Versions.Count;
        Assert.Equal(new ShardHome(_home, 1, null), (await _map.Claim(shard, _home, 0)).Homes[shard]);
        Assert.Equal(writes, _storage.Versions.Count);
    }

    /// <summary>
    /// Another activation of the map's grain, which knows nothing of this one's changes: the directory can have two for a while.
    /// </summary>
    [Fact]
    public async Task Claim_AfterAnotherActivationMovedTheShard_SeesIt()
    {
        int shard = Enumerable.Range(0, _maps.Current.Homes.Length).Except(_leaving).First(); // of which this activation knows no move
        ClusterMapUpdate moved = _storage.Stored with { Version = _storage.Stored.Version + 1,
            Homes = [.. _storage.Stored.Homes.Select((h, i) => i == shard ? new ShardHome(Ghost, 2, null) : h)] };
        var elsewhere = new GrainState<Grains.Map.SlotMapState>();
        await _storage.ReadStateAsync("map", default, elsewhere);
        elsewhere.State = new Grains.Map.SlotMapState { Map = moved };
        await _storage.WriteStateAsync("map", default, elsewhere);

        Assert.Equal(Ghost, (await _map.Claim(shard, _home, 0)).Homes[shard].NodeId);
        ClusterMapUpdate after = await _map.Claim(_leaving[1], _home, 0); // and changes stand on it
        Assert.Equal((Ghost, 3u), (after.Homes[shard].NodeId, after.Homes[_leaving[1]].Epoch));
    }

    /// <summary>
    /// The arrival hung in the database; the shard came up at its old home, acknowledged writes, and lost them when the arrival counted
    /// after all.
    /// </summary>
    [Fact]
    public async Task ArrivalThatHangs_AndTheOldHomeComingUp_NoWriteIsAcknowledgedAndLost()
    {
        (int first, int shard) = (_leaving[0], _leaving[1]);
        await SetAsync(shard, "a");
        _storage.Hold();
        Task<ClusterMapUpdate> hangs = ArriveAsync(first);
        await _storage.WhenHeldAsync();
        Task<ClusterMapUpdate> waits = ArriveAsync(shard);
        await _cluster.Orleans.DeactivateAsync(_grains.GetGrain<IShardGrain>(shard).GetGrainId());
        Task<ShardReply> write =
            Task.Run(() => _grains.GetGrain<IShardGrain>(shard).Run(ShardCalls.Batch($"SET {KeyOf(shard, "b")} 1")).AsTask());
        Task ended = await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(60)));
        // It cannot be acknowledged while the map's grain cannot say whose the shard is: the claim is given up, and nothing has run.
        Assert.Same(write, ended);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => write);

        _storage.Release();
        await hangs;
        ClusterMapUpdate map = await waits;
        await Poll.UntilAsync("the claim and the arrival to be in order",
            async () => (map = (await _map.Get(0, 0))!).Homes[shard] is { NodeId: Ghost } or { Epoch: >= 5 });
        await _maps.Refresh();
        if (map.Homes[shard].NodeId == _home)
            await Poll.UntilAsync("the shard to be served", async () => (await GetAsync(shard, "a")).SequenceEqual(["$1\r\n1"]));
        else await Poll.UntilAsync("the copy to be dropped", () => CountOf(shard) == 0);
    }

    [Fact]
    public async Task ArrivalAfterTheOldHomeCameUp_IsRefused_AndItsWritesStay()
    {
        int shard = _leaving[0];
        await SetAsync(shard, "a");
        uint left = _storage.Stored.Homes[shard].Epoch;
        await _cluster.Orleans.DeactivateAsync(_grains.GetGrain<IShardGrain>(shard).GetGrainId());
        await SetAsync(shard, "b");
        ClusterMapUpdate map = await _map.Arrived(shard, Ghost, left + 1, 0);
        Assert.Equal(_home, map.Homes[shard].NodeId);
        await _maps.Refresh();
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "a"));
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "b"));
    }

    /// <summary>
    /// It must not happen, but if it does: an active grain goes by its node's map, and its store is not emptied under it.
    /// </summary>
    [Fact]
    public async Task ActiveGrain_WhoseHomeHasLeft_AnswersMoved_EndsAndThenItsCopyGoes()
    {
        int shard = _leaving[0];
        await SetAsync(shard, "a");
        IShardGrain grain = _grains.GetGrain<IShardGrain>(shard);
        ShardBatch batch = ShardCalls.Batch($"SET {KeyOf(shard, "a")} 2");
        ClusterMapUpdate map = await ArriveAsync(shard);
        _maps.Offer(map);
        ShardReply reply = await grain.Run(batch);
        Assert.Equal((ShardStatus.Moved, map.Version, map.Homes[shard].Epoch), (reply.Status, reply.MapVersion, reply.Epoch));
        await Poll.UntilAsync("the copy to be dropped", () => CountOf(shard) == 0);
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grain.Wake());
    }

    [Fact]
    public async Task IdleGrain_WhoseHomeHasLeft_EndsByItself()
    {
        int shard = _leaving[0];
        await SetAsync(shard, "a");
        _maps.Offer(await ArriveAsync(shard));
        await Poll.UntilAsync("the copy to be dropped with nobody calling", () => CountOf(shard) == 0);
    }

    [Fact]
    public async Task Batch_OfANewerEpoch_IsFenced_AndOfThisOneIsNot()
    {
        int shard = Enumerable.Range(0, _maps.Current.Homes.Length).Except(_leaving).First();
        await SetAsync(shard, "a");
        IShardGrain grain = _grains.GetGrain<IShardGrain>(shard);
        byte[] batch = ShardCalls.Batch($"SET {KeyOf(shard, "a")} 2").Bytes.ToArray();
        ShardReply reply = await grain.Run(new ShardBatch(batch, batch.Length, 1, epoch: 2));
        Assert.Equal(ShardStatus.Fenced, reply.Status);
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "a"));
        reply = await grain.Run(new ShardBatch(batch, batch.Length, 1, epoch: 1));
        Assert.Equal((ShardStatus.Done, 1u), (reply.Status, reply.Epoch));
    }

    /// <summary>Somebody has claimed the shard since: the older activation must not answer in the newer one's epoch.</summary>
    [Fact]
    public async Task ActiveGrain_WhoseEpochIsOver_AnswersFenced_AndTheNextOneServes()
    {
        int shard = _leaving[0];
        await SetAsync(shard, "a");
        IShardGrain grain = _grains.GetGrain<IShardGrain>(shard);
        ShardBatch batch = ShardCalls.Batch($"GET {KeyOf(shard, "a")}");
        ClusterMapUpdate map = await _map.Claim(shard, _home, 0);
        _maps.Offer(map);
        ShardReply reply = await grain.Run(batch);
        Assert.Equal((ShardStatus.Fenced, map.Homes[shard].Epoch), (reply.Status, reply.Epoch));
        Assert.Equal(["$1\r\n1"], await GetAsync(shard, "a"));
        Assert.Equal(map.Homes[shard].Epoch + 2, _storage.Stored.Homes[shard].Epoch);
    }

    // As its next home would say, of what left in the epoch that is stored.
    private Task<ClusterMapUpdate> ArriveAsync(int shard) => _map.Arrived(shard, Ghost, _storage.Stored.Homes[shard].Epoch + 1, 0).AsTask();

    private async Task JoinAsync(string node)
    {
        var ghost = new NodeInfo(node, "localhost", 0, 0) { Commands = DataCommands.TableId };
        JoinResult joined = await _map.Join(new JoinRequest(ghost, _cluster.StoreOf(_home).Map.ToBytes(), 0, FolderOwner.Nobody));
        Assert.Equal(JoinOutcome.Joined, joined.Outcome);
    }

    private string KeyOf(int shard, string prefix) => ShardCalls.KeyOf(_maps.Current, shard, prefix);

    private async Task SetAsync(int shard, string prefix) =>
        Assert.Equal(["+OK"], await _grains.RunAsync(shard, $"SET {KeyOf(shard, prefix)} 1"));

    private Task<string[]> GetAsync(int shard, string prefix) => _grains.RunAsync(shard, $"GET {KeyOf(shard, prefix)}");

    private long CountOf(int shard) => _cluster.StoreOf(_home).Cells[shard].Shard.Table.Count;
}
