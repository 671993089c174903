using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>A copy that has changed in silence, in a cluster of three nodes: it is found by its digest, and replaced.</summary>
public sealed class DivergedCopyTests
{
    private const string Key = "key7";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FollowersCopy_ThatDiffers_IsReplaced(bool isOnDisk)
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster = await StartAsync(isOnDisk ? folder.Path : null);
        string follower = cluster.Orleans.Silos.First(s => s.Name != cluster.HomeOf(Key)).Name;
        Spoil(cluster.StoreOf(follower));
        await CompareAsync(cluster, Statuses.Diverged);
        await WhenSame(cluster);
        Assert.Equal(7, await cluster.Store.GetAsync<int>(Key));
        await CompareAsync(cluster, Statuses.SameAgain);
    }

    [Fact]
    public async Task LeadersCopy_ThatDiffers_IsReplaced_AndAnotherNodeLeads()
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster = await StartAsync(folder.Path);
        string leader = cluster.HomeOf(Key);
        Spoil(cluster.StoreOf(leader));
        Assert.Equal(8, await cluster.Store.GetAsync<int>(Key)); // the wrong value
        await CompareAsync(cluster, Statuses.Diverged);
        await WhenSame(cluster);
        await Poll.UntilAsync("the right value to be read", async () => await cluster.Store.GetAsync<int>(Key) == 7);
    }

    [Fact]
    public async Task Copies_ThatAllDiffer_AreNotServed()
    {
        await using KvTestCluster cluster = await StartAsync(folder: null);
        string leader = cluster.HomeOf(Key);
        string[] followers = [.. cluster.Orleans.Silos.Select(s => s.Name).Where(n => n != leader)];
        Spoil(cluster.StoreOf(followers[0]), 8);
        Spoil(cluster.StoreOf(followers[1]), 9);
        await CompareAsync(cluster, Statuses.Stopped);
        string other = Enumerable.Range(0, 100).Select(i => $"key{i}").First(k => ShardOf(cluster, k) != ShardOf(cluster, Key));
        Assert.True(await cluster.Store.ExistsAsync(other));
    }

    private static Task<KvTestCluster> StartAsync(string? folder) => Filled(
        KvTestCluster.StartAsync(new KvTestOptions { Silos = 3, Shards = 8, Folder = folder, Replicas = 3, WriteQuorum = 2 }));

    private static async Task<KvTestCluster> Filled(Task<KvTestCluster> starting)
    {
        KvTestCluster cluster = await starting;
        for (int i = 0; i < 100; i++) Assert.True(await cluster.Store.SetAsync($"key{i}", i));
        await WhenSame(cluster);
        return cluster;
    }

    private static int ShardOf(KvTestCluster cluster, string key) =>
        cluster.Map.SlotMap.OwnerOf(Slot.Of(Encoding.UTF8.GetBytes(key))).Value;

    // As a fault of the memory, or of the program, would: the value is another one, under the same version, and no record says so.
    private static void Spoil(NodeStore store, int value = 8)
    {
        KeyRef key = KeyRef.Of(Encoding.UTF8.GetBytes(Key), store.HashSeed);
        Shard shard = store.ShardOf(key);
        lock (store.Cells[shard.Id.Value].Turn)
        {
            var entry = shard.Table.Find(key.Slot, key.Hash, key.Bytes);
            byte[] bytes = [.. shard.Table.ValueOf(entry)];
            bytes[^1] = (byte)('0' + value);
            shard.Table.Put(key.Slot, key.Hash, key.Bytes, bytes, 0, shard.Table.VersionOf(entry), 0);
        }
    }

    private static async Task CompareAsync(KvTestCluster cluster, Func<ReplicaNodeStatus[], bool> isDone)
    {
        ReplicaNode[] nodes = [.. cluster.Silos.Select(s => s.ServiceProvider.GetRequiredService<ReplicaNode>())];
        foreach (ReplicaNode node in nodes) node.DigestInterval = TimeSpan.FromTicks(1);
        await Poll.UntilAsync("the copies to be compared", () => isDone([.. nodes.Select(n => n.Status!)]));
    }

    private static async Task WhenSame(KvTestCluster cluster) => await Poll.UntilAsync("all copies to be the same", () =>
    {
        string[][] copies = [.. cluster.Silos.Select(s => Copies.Of(cluster.StoreOf(s.Name)))];
        return copies.All(c => c.SequenceEqual(copies[0])) && copies[0].Length == 100;
    });

    private static class Statuses
    {
        public static bool Diverged(ReplicaNodeStatus[] all) => all.Sum(s => s.DivergedCopies) >= 1;

        public static bool SameAgain(ReplicaNodeStatus[] all) => Diverged(all) && all.Sum(s => s.SameCopies) >= 16;

        public static bool Stopped(ReplicaNodeStatus[] all) => all.Sum(s => s.StoppedShards) == 1;
    }
}
