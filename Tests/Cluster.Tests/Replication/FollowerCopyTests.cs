using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Replication;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>Reads from the copies of nodes that follow (READONLY): what they see, and where there are none.</summary>
public sealed class FollowerCopyTests
{
    private const int Shard = 3;

    [Fact]
    public async Task Followers_ShowWhatIsCommitted_AndExpireNothing_AndTheLeaderHasNoFollowersCopy()
    {
        await using KvTestCluster cluster = await StartAsync();
        string key = ShardCalls.KeyOf(cluster.Map, Shard, "key"), brief = ShardCalls.KeyOf(cluster.Map, Shard, "brief");
        IGrainFactory grains = cluster.Orleans.Client;
        Assert.Equal(["+OK", "+OK"], await grains.RunAsync(Shard, $"SET {key} 1", $"SET {brief} 1 PX 1"));
        foreach (InProcessSiloHandle silo in cluster.Silos)
        {
            if (silo.Name == cluster.Map.Homes[Shard].NodeId)
            {
                await Poll.UntilAsync("the leader to know that it leads", () => CopyOn(silo) is null);
                continue;
            }

            await Poll.UntilAsync($"{silo.Name} to have the key", () => Read(silo, $"GET {key}") is ["$1\r\n1"]);
            await Poll.UntilAsync($"{silo.Name} to see that the other one is due", () => Read(silo, $"GET {brief}") is ["$-1"]);
            Assert.True(Read(silo, $"EXISTS {key}", $"GET {key}") is [":1", "$1\r\n1"]);
            Assert.True(CopyOn(silo)!.Batches >= 3);
        }
    }

    [Fact]
    public async Task Follower_ThatHearsOfNoLeader_IsReadForSecondsOnly()
    {
        await using KvTestCluster cluster = await StartAsync();
        int shard = Array.FindIndex(cluster.Map.Homes, h => h.NodeId == "Silo_2"); // the test's client comes by the first
        string key = ShardCalls.KeyOf(cluster.Map, shard, "key");
        Assert.Equal(["+OK"], await cluster.Orleans.Client.RunAsync(shard, $"SET {key} 1"));
        InProcessSiloHandle[] silos = [.. cluster.Silos];
        await Poll.UntilAsync("the follower to have the key", () => Read(silos[0], shard, $"GET {key}") is ["$1\r\n1"]);
        await cluster.KillAsync(silos[1]);
        await cluster.KillAsync(silos[2]);
        await Poll.UntilAsync("it not to be read any more", () => CopyOn(silos[0], shard) is null);
    }

    private static FollowerCopy? CopyOn(InProcessSiloHandle silo, int shard = Shard) =>
        silo.ServiceProvider.GetRequiredService<ReplicaNode>().FollowerOf(shard);

    private static string[]? Read(InProcessSiloHandle silo, params string[] commands) => Read(silo, Shard, commands);

    // Null where it cannot be read.
    private static string[]? Read(InProcessSiloHandle silo, int shard, params string[] commands) =>
        CopyOn(silo, shard)?.Read(ShardCalls.Batch(commands).Bytes, 1) is { } reply ? ShardCalls.TextOf(reply) : null;

    private static Task<KvTestCluster> StartAsync() =>
        KvTestCluster.StartAsync(new KvTestOptions { Silos = 3, Shards = 8, Replicas = 3, WriteQuorum = 2 });
}
