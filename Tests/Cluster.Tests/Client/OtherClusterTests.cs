using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>
/// An application's silo, of a cluster of its own, whose grains keep their states in an OrleansKv cluster of other processes.
/// </summary>
public sealed class OtherClusterTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task States_AreKept_OverTheWholeApplicationsRestart()
    {
        await using (InProcessTestCluster first = await StartAsync())
        {
            Assert.Equal(5, await Counter(first, "a").Add(5));
            await Counter(first, "late").AddLater(9);
        }

        await using InProcessTestCluster second = await StartAsync();
        Assert.Equal(5, await Counter(second, "a").Get());
        Assert.Equal(9, await Counter(second, "late").Get()); // written by its deactivation: the connection is closed after the silo
        Assert.Contains("\"Value\":5", fixture.Node.Call("GET", "grain:journal:count/counter/a"), StringComparison.Ordinal);
    }

    private async Task<InProcessTestCluster> StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddOrleansKvClient(fixture.Endpoint);
            // For a busy machine.
            silo.Services.Configure<OrleansKv.Client.OrleansKvClientOptions>(static o => o.ConnectTimeout = TimeSpan.FromMinutes(1));
            silo.Services.AddOrleansKvGrainStorage("journal");
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static ICounterGrain Counter(InProcessTestCluster cluster, string key) => cluster.Client.GetGrain<ICounterGrain>(key);
}
