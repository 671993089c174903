using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>Clusters of one and of three nodes for tests that use keys of their own and harm nobody.</summary>
public sealed class SharedClusters : IAsyncLifetime
{
    private KvTestCluster? _one;
    private KvTestCluster? _three;

    /// <param name="silos">1 or 3.</param>
    public KvTestCluster this[int silos] => (silos == 1 ? _one : _three)!;

    public IKeyValueStore StoreOf(int silos) => this[silos].Store;

    public async Task InitializeAsync()
    {
        _one = await KvTestCluster.StartAsync(1);
        _three = await KvTestCluster.StartAsync(3);
    }

    public async Task DisposeAsync()
    {
        if (_one is not null) await _one.DisposeAsync();
        if (_three is not null) await _three.DisposeAsync();
    }
}
