using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;
using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Where shards are, and that they come back with their data where they were.</summary>
public sealed class PlacementTests
{
    [Fact]
    public async Task EachShard_IsActiveOnItsHomesSilo_WhoeverCallsItFirst()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(3);
        ClusterMap map = cluster.Map;
        Assert.Equal(3, map.Homes.Select(h => h.NodeId).Distinct().Count());
        IGrainFactory[] callers = [.. cluster.Orleans.Silos.Select(FactoryOf)];
        IManagementGrain management = callers[0].GetGrain<IManagementGrain>(0);
        for (int shard = 0; shard < map.Homes.Length; shard++)
        {
            await callers[shard % callers.Length].RunAsync(shard, $"SET {ShardCalls.KeyOf(map, shard, "k")} 1");
            SiloAddress? at = await management.GetActivationAddress(callers[0].GetGrain<IShardGrain>(shard));
            Assert.Equal(map.Homes[shard].NodeId, cluster.Orleans.Silos.Single(s => s.SiloAddress.Equals(at)).Name);
            Assert.Equal(1, cluster.StoreOf(map.Homes[shard].NodeId).Cells[shard].Shard.Table.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silo_StoppedOrKilled_ComesBackWithItsShardsAndData(bool isKilled)
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Silos = 2, Folder = folder.Path });
        ClusterMap map = cluster.Map;
        InProcessSiloHandle left = cluster.Orleans.Silos[1];
        IGrainFactory stays = FactoryOf(cluster.Orleans.Silos[0]);
        for (int shard = 0; shard < map.Homes.Length; shard++)
            Assert.Equal(["+OK"], await stays.RunAsync(shard, $"SET {ShardCalls.KeyOf(map, shard, "k")} {shard}"));

        if (isKilled) await cluster.KillAsync(left);
        else await cluster.StopAsync(left);
        for (int shard = 0; shard < map.Homes.Length; shard++)
        {
            if (map.Homes[shard].NodeId != left.Name)
                Assert.Equal([$"${shard.ToString().Length}\r\n{shard}"],
                    await stays.RunAsync(shard, $"GET {ShardCalls.KeyOf(map, shard, "k")}"));
        }

        // Nobody else takes the shards of a node that is down.
        int lost = Array.FindIndex(map.Homes, h => h.NodeId == left.Name);
        await Poll.UntilAsync("a shard of the silo that left to be refused", async () =>
        {
            await Assert.ThrowsAsync<ShardUnavailableException>(async () => await stays.GetGrain<IShardGrain>(lost).Wake());
            return true;
        });

        InProcessSiloHandle back = await cluster.ReviveAsync(left);
        Assert.Equal(left.Name, back.Name);
        await Poll.UntilAsync("the silo's shards to be served again", async () =>
        {
            await stays.GetGrain<IShardGrain>(lost).Wake();
            return true;
        });
        for (int shard = 0; shard < map.Homes.Length; shard++)
            Assert.Equal([$"${shard.ToString().Length}\r\n{shard}"],
                await stays.RunAsync(shard, $"GET {ShardCalls.KeyOf(map, shard, "k")}"));
    }

    private static IGrainFactory FactoryOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>();
}
