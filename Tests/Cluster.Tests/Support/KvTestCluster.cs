using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;
using OrleansKv.Client;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol.Slots;
using OrleansKv.Testing;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>
/// A cluster of nodes in this process, without gateways, and a client outside of it. A node's id is its silo's name; each joins as the
/// silo host has it join. The cluster map is in a storage that outlives killed silos.
/// </summary>
public sealed class KvTestCluster : IAsyncDisposable
{
    private readonly KvTestOptions _options;
    private readonly ConcurrentDictionary<string, NodeStore> _stores = new();
    private readonly InProcessTestCluster _cluster;
    private readonly List<InProcessSiloHandle> _revived = [];

    private KvTestCluster(KvTestOptions options)
    {
        _options = options;
        var map = new SharedGrainStorage();
        var builder = new InProcessTestClusterBuilder((short)options.Silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((silo, hosting) =>
        {
            string id = silo.SiloName;
            hosting.AddOrleansKvNode(id, _ => _stores[id] = Open(id));
            hosting.UseInMemoryReminderService();
            hosting.Services.AddGrainStorage(KvClusterOptions.StorageName, (_, _) => map);
            hosting.Services.Configure<KvClusterOptions>(o => (o.Replicas, o.WriteQuorum) = (options.Replicas, options.WriteQuorum));
            hosting.Services.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = options.ResponseTimeout);
            options.Silo?.Invoke(hosting);
        });
        builder.ConfigureClient(client =>
        {
            client.Services.AddOrleansKv();
            client.Services.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = options.ResponseTimeout);
            options.Client?.Invoke(client.Services);
        });
        _cluster = builder.Build();
    }

    public InProcessTestCluster Orleans => _cluster;

    /// <summary>Called when a silo runs and is about to join.</summary>
    public Action Joining { get; set; } = static () => { };

    /// <summary>The silos that run.</summary>
    public IEnumerable<InProcessSiloHandle> Silos => _cluster.Silos.Concat(_revived);

    /// <summary>The services of the client.</summary>
    public IServiceProvider Services => _cluster.Client.ServiceProvider;

    /// <summary>The store as the client outside of the cluster sees it.</summary>
    public IKeyValueStore Store => Services.GetRequiredService<IKeyValueStore>();

    /// <summary>The map as the first silo knows it.</summary>
    public ClusterMap Map => NodeServices(_cluster.Silos[0]).GetRequiredService<ClusterMapCache>().Current;

    public static Task<KvTestCluster> StartAsync(int silos) => StartAsync(new KvTestOptions { Silos = silos });

    /// <summary>All silos run, have joined, and no shard is on its way.</summary>
    public static async Task<KvTestCluster> StartAsync(KvTestOptions options)
    {
        var cluster = new KvTestCluster(options);
        try
        {
            await cluster._cluster.DeployAsync();
            foreach (InProcessSiloHandle silo in cluster._cluster.Silos) await cluster.JoinAsync(silo);
            await cluster.WhenSettledAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another silo, which has joined; shards may be on their way to it.</summary>
    public async Task<InProcessSiloHandle> AddAsync()
    {
        InProcessSiloHandle silo = await AddUnjoinedAsync();
        await JoinAsync(silo);
        return silo;
    }

    /// <summary>Another silo, which has not joined yet.</summary>
    public Task<InProcessSiloHandle> AddUnjoinedAsync() => _cluster.StartAdditionalSiloAsync();

    /// <summary>No shard is on its way any longer, and every silo's map says so.</summary>
    public async Task WhenSettledAsync()
    {
        ISlotMapGrain map = _cluster.Client.GetGrain<ISlotMapGrain>(0);
        await Poll.UntilAsync("the shards to be at their homes", async () => !await map.IsMoving());
        await RefreshAsync();
    }

    /// <summary>Each node looks at the map and wakes its shards that sleep, as the silo host does once a second.</summary>
    public async Task AttendAsync()
    {
        await RefreshAsync();
        await Task.WhenAll(Silos.SelectMany(s => NodeServices(s).GetRequiredService<ClusterMapCache>().Sleeping().Select(Wake)));

        async Task Wake(int shard)
        {
            try
            {
                await _cluster.Client.GetGrain<IShardGrain>(shard).Wake();
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or ShardUnavailableException)
            {
                // not served now, and looked at again
            }
        }
    }

    /// <summary>The silo ends without a word.</summary>
    public async Task KillAsync(InProcessSiloHandle silo)
    {
        NodeServices(silo).GetRequiredService<ReplicaNode>().Dispose(); // it uses the store
        await _cluster.KillSiloAsync(silo);
        _revived.Remove(silo);
        Close(silo.Name);
    }

    /// <summary>The silo hands over and leaves in good order.</summary>
    public async Task StopAsync(InProcessSiloHandle silo)
    {
        await _cluster.StopSiloAsync(silo);
        _revived.Remove(silo);
        Close(silo.Name);
    }

    /// <summary>A node that was killed or stopped is back, with the data of its folder.</summary>
    public async Task<InProcessSiloHandle> ReviveAsync(InProcessSiloHandle dead)
    {
        InProcessSiloHandle silo = await ReviveUnjoinedAsync(dead);
        await JoinAsync(silo);
        return silo;
    }

    /// <summary>A silo of the name of one that was killed or stopped; it has not joined yet.</summary>
    public async Task<InProcessSiloHandle> ReviveUnjoinedAsync(InProcessSiloHandle dead)
    {
        InProcessSiloHandle silo = await _cluster.CreateSiloAsync(
            InProcessTestSiloSpecificOptions.Create(_cluster, _cluster.Options, dead.InstanceNumber, assignNewPort: true));
        _revived.Add(silo);
        return silo;
    }

    /// <summary>A key whose home is this node.</summary>
    public string KeyOn(string nodeId, string prefix = "key") =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{prefix}{i}").First(k => HomeOf(k) == nodeId);

    public string HomeOf(string key)
    {
        ClusterMap map = Map;
        return map.HomeOf(map.SlotMap.OwnerOf(Slot.Of(System.Text.Encoding.UTF8.GetBytes(key)))).NodeId;
    }

    public NodeStore StoreOf(string nodeId) => _stores[nodeId];

    public async ValueTask DisposeAsync()
    {
        foreach (InProcessSiloHandle silo in Silos) NodeServices(silo).GetRequiredService<ReplicaNode>().Dispose();
        foreach (InProcessSiloHandle silo in _revived) await silo.DisposeAsync();
        await _cluster.DisposeAsync();
        foreach (string id in _stores.Keys) Close(id);
    }

    private NodeStore Open(string id)
    {
        var options = new StoreOptions { LeadsShards = false, ShardCount = _options.Shards, HashSeed = (ulong)Random.Shared.NextInt64(),
            Time = _options.Time, RunHousekeeper = _options.Time == TimeProvider.System };
        return _options.Folder is null
            ? NodeStore.InMemory(options)
            : NodeStore.Open(options, _options.Disk(Directory.CreateDirectory(Path.Combine(_options.Folder, id)).FullName));
    }

    private void Close(string id)
    {
        if (_stores.TryRemove(id, out NodeStore? store)) store.Dispose();
    }

    private static IServiceProvider NodeServices(InProcessSiloHandle silo) => silo.ServiceProvider;

    /// <summary>A silo that runs joins as the silo host has it join at its start; again it changes nothing.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="folder">What its data folder says whose it is; nobody's where nothing is said.</param>
    public async Task JoinAsync(InProcessSiloHandle silo, FolderOwner folder = default)
    {
        IServiceProvider services = NodeServices(silo);
        Joining();
        var self = new NodeInfo(silo.Name, "localhost", 0, 0);
        await Poll.UntilAsync($"{silo.Name} to join", async () =>
        {
            JoinResult joined = await services.GetRequiredService<ClusterJoin>().Ask(self, folder, replacesStore: null);
            return joined.Outcome == JoinOutcome.Joined ? true : throw new InvalidOperationException(joined.Problem);
        });
        await Poll.UntilAsync($"every silo to know {silo.Name}", () => Silos.All(
            s => silo.SiloAddress.Equals(NodeServices(s).GetRequiredService<NodeDirectory>().Find(silo.Name))));
        await RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        foreach (InProcessSiloHandle silo in Silos) await NodeServices(silo).GetRequiredService<ClusterMapCache>().Refresh();
    }
}
