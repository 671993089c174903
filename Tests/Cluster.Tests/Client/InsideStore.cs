using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>The store on a silo's own grain factory.</summary>
internal sealed class InsideStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public InsideStore(InProcessSiloHandle silo) =>
        _services = new ServiceCollection().AddSingleton(silo.ServiceProvider.GetRequiredService<IGrainFactory>()).AddOrleansKv()
        .BuildServiceProvider();

    public IKeyValueStore Store => _services.GetRequiredService<IKeyValueStore>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
