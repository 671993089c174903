using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Testing;

/// <summary>OrleansKv in an application's own test cluster, by the public OrleansKv.Testing.</summary>
public sealed class TestClusterTests
{
    [Fact]
    public async Task InProcessCluster_HasTheStore_InClientsAndGrains()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.Options.ConfigureFileLogging = false;
        builder.AddOrleansKv();
        builder.ConfigureSilo((_, silo) => silo.Services.AddOrleansKvGrainStorage("journal"));
        await using InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        IKeyValueStore store = cluster.GetOrleansKv();
        for (int i = 0; i < 100; i++) await store.SetAsync($"k{i}", i);
        for (int i = 0; i < 100; i++) Assert.Equal(i, await store.GetAsync<int>($"k{i}"));
        Assert.Equal(5, await cluster.Client.GetGrain<ICounterGrain>("a").Add(5));
        Assert.True(await store.ExistsAsync("grain:journal:count/counter/a"));
    }

    [Fact]
    public async Task InProcessCluster_InAFolder_HasItsDataAfterARestart()
    {
        using var folder = new TempFolder();
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.AddOrleansKv(o =>
        {
            o.DataFolder = folder.Path;
            o.Shards = 4;
        });
        await using InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        await cluster.GetOrleansKv().SetAsync("a", "kept");
        await cluster.RestartSiloAsync(cluster.Silos[0]);
        await cluster.InitializeClientAsync();
        Assert.Equal("kept", await cluster.GetOrleansKv().GetAsync<string>("a"));
    }

    [Fact]
    public async Task ClusterOfConfigurators_HasTheStore()
    {
        var builder = new TestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.AddOrleansKv(o => o.Shards = 8);
        await using TestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        IKeyValueStore store = cluster.GetOrleansKv();
        for (int i = 0; i < 50; i++) Assert.Equal(i + 1, await store.IncrementAsync("n"));
    }
}
