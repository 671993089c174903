using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using OrleansKv.Grains;

namespace OrleansKv.Testing;

/// <summary>Makes a silo of a test cluster a node of OrleansKv.</summary>
internal static class TestSilo
{
    public static void Add(ISiloBuilder silo, string name, TestClusterParts parts)
    {
        silo.Services.AddSingleton(_ => new TestStore(name, parts.Options));
        silo.AddOrleansKvNode(name, static services => services.GetRequiredService<TestStore>().Store);
        silo.UseInMemoryReminderService();
        silo.Services.AddGrainStorage(KvClusterOptions.StorageName, (_, _) => parts.Map);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, TestNode>();
        silo.Services.AddOrleansKv(); // for grains that use the store
    }
}
