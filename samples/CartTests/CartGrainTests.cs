using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansKv.Client;
using Xunit;

namespace CartTests;

/// <summary>An application's test with Orleans' test cluster: OrleansKv runs in the same silos, in memory, by one call.</summary>
public sealed class CartGrainTests
{
    [Fact]
    public async Task Cart_KeepsItsItems_WhenItIsActivatedAgain()
    {
        var builder = new InProcessTestClusterBuilder(initialSilosCount: 2);
        builder.AddOrleansKv();
        builder.ConfigureSilo((_, silo) => silo.Services.AddOrleansKvGrainStorage("kv"));
        await using InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();

        ICartGrain cart = cluster.Client.GetGrain<ICartGrain>("mine");
        await cart.Add("pen");
        await cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        Assert.Equal(["pen"], await cart.Items());

        // The test can look into the store.
        IKeyValueStore store = cluster.GetOrleansKv();
        int states = 0;
        await foreach (KvKey key in store.ScanAsync("grain:kv:*")) states++;
        Assert.Equal(1, states);
    }
}
