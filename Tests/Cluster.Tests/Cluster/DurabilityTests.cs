using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>How safe a batch is when its shard answers. The stores' clock stands, so that nobody flushes once a second.</summary>
public sealed class DurabilityTests
{
    private static readonly (Durability Default, Durability? First, Durability? Second, bool IsOnDisk)[] Cases =
    [
        (Durability.EverySecond, null, null, false),
        (Durability.EverySecond, Durability.Always, null, true),
        (Durability.EverySecond, null, Durability.Always, true),
        (Durability.No, Durability.EverySecond, Durability.Always, true),
        (Durability.Always, null, null, true),
        (Durability.Always, Durability.No, Durability.EverySecond, false),
        (Durability.Always, Durability.No, null, true), // the second one did not ask for less
    ];

    [Fact]
    public async Task Batch_IsAsSafeAsTheHighestLevelAskedFor()
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Silos = 2, Folder = folder.Path, Time = TestTime.New() });
        InProcessSiloHandle home = cluster.Orleans.Silos[1];
        int shard = Array.FindIndex(cluster.Map.Homes, h => h.NodeId == home.Name);
        IGrainFactory elsewhere = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        string key = ShardCalls.KeyOf(cluster.Map, shard, "k");
        NodeStore store = cluster.StoreOf(home.Name);
        await elsewhere.RunAsync(shard, $"SET {key} 0"); // the activation, which flushes
        foreach ((Durability byDefault, Durability? first, Durability? second, bool isOnDisk) in Cases)
        {
            home.ServiceProvider.GetRequiredService<KvNode>().Durability = byDefault;
            Assert.Equal(["+OK", ":2"],
                await elsewhere.RunAsync(shard, ShardCalls.BatchAt(($"SET {key} 1", first), ($"INCR {key}", second))));
            Assert.True(isOnDisk == store.Journal!.Synced >= store.Appended, $"node {byDefault}, commands {first} and {second}");
            Assert.True(store.Journal.Written >= store.Appended); // any level is with the kernel: it survives kill -9
        }
    }
}
