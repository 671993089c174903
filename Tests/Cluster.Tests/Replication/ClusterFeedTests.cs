using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;
using OrleansKv.Silo.Replication;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>What a node gives to a server that follows its cluster (docs/adr/0026).</summary>
public sealed class ClusterFeedTests
{
    [Fact]
    public async Task RecordsThatAreNotCommitted_AreNeitherGiven_NorMakeACopyWhole()
    {
        await using KvTestCluster cluster = await StartAsync(replicas: 3);
        InProcessSiloHandle silo = cluster.Orleans.Silos[1];
        ReplicaNode replicas = silo.ServiceProvider.GetRequiredService<ReplicaNode>();
        int shard = Array.FindIndex(cluster.Map.Homes, h => h.NodeId == silo.Name);
        string key = ShardCalls.KeyOf(cluster.Map, shard, "key");
        ClusterSource source = await SourceOf(silo);
        IFollowerFeed feed = CopyOf(silo, source);
        await AwaitWhole(feed);
        Assert.Equal(["+OK"], await cluster.Orleans.Client.RunAsync(shard, $"SET {key} 1"));
        Assert.Contains("1", await AwaitNext(feed));

        replicas.Faults = new ReplicaFaults(replicas) { CutOff = ["Silo_0", "Silo_2"] };
        IShardGrain grain = cluster.Orleans.Client.GetGrain<IShardGrain>(shard);
        Assert.Equal(ShardStatus.NoReplicas, (await grain.Run(ShardCalls.Batch($"SET {key} doubtful"))).Status);
        IFollowerFeed copy = CopyOf(silo, source); // the state has the write
        Assert.True(feed.Next().IsEmpty);
        Assert.True(copy.Next().IsEmpty);
        Assert.False(copy.IsCopyWhole());
        copy.Measure();
        Assert.Equal(0, copy.End);

        replicas.Faults = null;
        Assert.Contains("doubtful", await AwaitNext(feed));
        await AwaitWhole(copy);
    }

    [Fact]
    public async Task Follower_GoesOnAtAnyNode_FromWhereItIsInThisPast()
    {
        await using KvTestCluster cluster = await StartAsync(replicas: 3);
        InProcessSiloHandle[] silos = [.. cluster.Silos];
        NodeStore store = cluster.StoreOf(silos[0].Name);
        Lineage past = Lineage.OfCluster(cluster.Map.Cluster);
        LogPosition[] before = store.Links.Positions();
        string key = ShardCalls.KeyOf(cluster.Map, 3, "key");
        Assert.Equal(["+OK"], await cluster.Orleans.Client.RunAsync(3, $"SET {key} since"));
        foreach (InProcessSiloHandle silo in silos)
        {
            ClusterSource source = await SourceOf(silo);
            byte[] state = new FollowerPosition(store.Links.MapChecksum, before, past).ToBytes();
            Assert.Contains("since", await AwaitNext(source.GoOn(state)!));
            Assert.Null(source.GoOn(new FollowerPosition(1, before, past).ToBytes()));
            Assert.Null(source.GoOn(new FollowerPosition(store.Links.MapChecksum, before, Lineage.None).ToBytes()));
            Assert.Null(source.GoOn(new FollowerPosition(store.Links.MapChecksum, before, past.Before(new Epoch(1))).ToBytes()));
            LogPosition[] other = [.. before.Select(p => p with { Lsn = new Lsn(p.Lsn.Value - 1) })]; // of a past that nobody here had
            Assert.Null(source.GoOn(new FollowerPosition(store.Links.MapChecksum, other, past).ToBytes()));
            Assert.Throws<InvalidDataException>(() => source.GoOn([1, 2, 3]));
        }
    }

    [Fact]
    public async Task NodeWithoutAllCopies_SaysWhatItLacks()
    {
        await using KvTestCluster cluster = await StartAsync(replicas: 2);
        ClusterSource source = SourceWithoutWait(cluster.Orleans.Silos[0]);
        string refusal = source.Refusal()!;
        Assert.StartsWith("ERR node Silo_0 has no copy of ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("of the cluster's 8 shards, and no other node that runs has all of them: a cluster can be followed that has no "
            + "more nodes than copies of a shard (2)", refusal, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(source.BeginCopy().Check);
    }

    private static IFollowerFeed CopyOf(InProcessSiloHandle silo, ClusterSource source)
    {
        IFollowerFeed feed = source.BeginCopy();
        LogPosition[] at = silo.ServiceProvider.GetRequiredService<KvNode>().Store.Links.Positions();
        for (int i = 0; i < at.Length; i++) feed.BeginShard(new ShardId((ushort)i), at[i]);
        feed.EndEntries();
        return feed;
    }

    private static Task AwaitWhole(IFollowerFeed feed) => Poll.UntilAsync("the copy to be whole", () =>
    {
        feed.Next();
        return feed.IsCopyWhole();
    });

    private static async Task<string> AwaitNext(IFollowerFeed feed)
    {
        string records = "";
        await Poll.UntilAsync("records", () => (records = System.Text.Encoding.Latin1.GetString(feed.Next().Span)).Length > 0);
        return records;
    }

    private static async Task<ClusterSource> SourceOf(InProcessSiloHandle silo)
    {
        ClusterSource source = SourceWithoutWait(silo);
        await Poll.UntilAsync($"{silo.Name} to be ready to be followed", () => source.Refusal() is null);
        return source;
    }

    private static ClusterSource SourceWithoutWait(InProcessSiloHandle silo) => ActivatorUtilities.CreateInstance<ClusterSource>(
        silo.ServiceProvider);

    private static Task<KvTestCluster> StartAsync(int replicas) =>
        KvTestCluster.StartAsync(new KvTestOptions { Silos = 3, Shards = 8, Replicas = replicas, WriteQuorum = 2 });
}
