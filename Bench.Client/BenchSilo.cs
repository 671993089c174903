using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Tests.Support;

namespace OrleansKv.Bench.Client;

/// <summary>One silo in this process, with a store in memory.</summary>
internal static class BenchSilo
{
    private const string NodeId = "bench";

    public static async Task<IHost> StartAsync()
    {
        NodeStore store = NodeStore.InMemory(new StoreOptions());
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next());
            silo.Configure<SiloOptions>(o => o.SiloName = NodeId);
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage(KvClusterOptions.StorageName);
            silo.AddOrleansKvNode(NodeId, _ => store);
            silo.Services.AddOrleansKv();
        });
        IHost host = builder.Build();
        await host.StartAsync();
        JoinResult joined = await host.Services.GetRequiredService<ClusterJoin>()
            .Ask(new NodeInfo(NodeId, "localhost", 0, 0), FolderOwner.Nobody, replacesStore: null);
        if (joined.Problem is not null) throw new InvalidOperationException(joined.Problem);
        return host;
    }
}
