using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Silo.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>Faults that are put in on purpose (FAULT) do what they say, and end when they are cleared.</summary>
public sealed class ReplicaFaultTests
{
    [Fact]
    public async Task LeaderThatIsCutOff_HasNoReplicas_UntilTheFaultIsCleared()
    {
        await using KvTestCluster cluster = await StartAsync();
        (int shard, string key, IShardGrain grain) = LedBySilo1(cluster);
        FaultControl faults = FaultsOf(cluster.Orleans.Silos[1]);
        Assert.Null(faults.Set("partition", "Silo_0,Silo_2"));
        Assert.Equal([("partition", "Silo_0,Silo_2")], faults.List());
        Assert.Equal(ShardStatus.NoReplicas, (await grain.Run(ShardCalls.Batch($"SET {key} 1"))).Status);
        Assert.Equal(ShardStatus.Unconfirmed, (await grain.Run(ShardCalls.Batch($"GET {key}"))).Status); // nothing was written

        // The others are alive, as the membership has it, and that is not enough.
        ReplicaNode replicas = cluster.Orleans.Silos[1].ServiceProvider.GetRequiredService<ReplicaNode>();
        int[] led = [.. Enumerable.Range(0, cluster.Map.Homes.Length).Where(s => cluster.Map.Homes[s].NodeId == "Silo_1")];
        await Poll.UntilAsync("its shards to be without a write quorum",
            () => replicas.Status!.WithoutWriteQuorum.Order().SequenceEqual(led));
        Assert.Equal(led, replicas.Unserved(cluster.Map));
        Assert.Empty(replicas.Status!.Followers);
        Assert.Null(faults.Clear(null));
        Assert.Empty(faults.List());
        Assert.Equal(["+OK"], await cluster.Orleans.Client.RunAsync(shard, $"SET {key} 2"));
    }

    /// <summary>A lease would let it answer for a second more.</summary>
    [Fact]
    public async Task QuorumRead_OfALeaderThatIsCutOff_IsAnsweredByNobody()
    {
        await using KvTestCluster cluster = await StartAsync();
        (int shard, string key, IShardGrain grain) = LedBySilo1(cluster);
        cluster.Orleans.Silos[1].ServiceProvider.GetRequiredService<KvNode>().ReadLevel = ReadLevel.Quorum;
        Assert.Equal(["+OK"], await cluster.Orleans.Client.RunAsync(shard, $"SET {key} 1"));
        for (int i = 0; i < 20; i++) Assert.Equal(["$1\r\n1"], await cluster.Orleans.Client.RunAsync(shard, $"GET {key}"));

        FaultControl faults = FaultsOf(cluster.Orleans.Silos[1]);
        Assert.Null(faults.Set("partition", "Silo_0,Silo_2"));
        Assert.Equal(ShardStatus.Unconfirmed, (await grain.Run(ShardCalls.Batch($"GET {key}"))).Status);
        Assert.Null(faults.Clear(null));
        Assert.Equal(["$1\r\n1"], await cluster.Orleans.Client.RunAsync(shard, $"GET {key}"));
    }

    [Fact]
    public async Task FollowersWhoseMessagesAreLost_AcknowledgeNothing()
    {
        await using KvTestCluster cluster = await StartAsync();
        (_, string key, IShardGrain grain) = LedBySilo1(cluster);
        foreach (int silo in (int[])[0, 2]) Assert.Null(FaultsOf(cluster.Orleans.Silos[silo]).Set("replication-drop", "100"));
        Assert.Equal(ShardStatus.NoReplicas, (await grain.Run(ShardCalls.Batch($"SET {key} 1"))).Status);
    }

    [Fact]
    public async Task MessagesThatAreLostOrLate_AreSentAgain()
    {
        await using KvTestCluster cluster = await StartAsync();
        foreach (InProcessSiloHandle silo in cluster.Silos)
        {
            FaultControl faults = FaultsOf(silo);
            Assert.Null(faults.Set("replication-drop", "30"));
            Assert.Null(faults.Set("replication-delay", "2"));
            Assert.Equal([("replication-delay", "2"), ("replication-drop", "30")], faults.List());
        }

        for (int i = 0; i < 20; i++) Assert.True(await cluster.Store.SetAsync($"key{i}", i));
        string[][] copies = [];
        await Poll.UntilAsync("all copies to be the same", () =>
        {
            copies = [.. cluster.Silos.Select(s => Copies.Of(cluster.StoreOf(s.Name)))];
            return copies.All(c => c.Length == 20 && c.SequenceEqual(copies[0]));
        });
    }

    [Fact]
    public async Task WhatIsNoFault_IsSaid()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        FaultControl faults = FaultsOf(cluster.Orleans.Silos[0]);
        foreach ((string name, string value, string problem) in ((string, string, string)[])[
            ("nonsense", "1", "there is no fault 'nonsense'"),
            ("replication-drop", "101", "'101' is not a whole number from 0 to 100"),
            ("replication-delay", "-1", "'-1' is not a whole number from 0 to 60000"),
            ("pause", "", "'' is not a whole number"),
            ("partition", "Silo_0,other", "there is no node other; the cluster has Silo_0"),
            ("core-error", "NoBarrier", "core-error is one of no-barrier, quorums-of-one, ")])
        {
            Assert.StartsWith(problem, faults.Set(name, value), StringComparison.Ordinal);
        }

        Assert.StartsWith("there is no fault 'other'", faults.Clear("other"), StringComparison.Ordinal);
        Assert.Empty(faults.List());
    }

    private static (int Shard, string Key, IShardGrain Grain) LedBySilo1(KvTestCluster cluster)
    {
        int shard = Array.FindIndex(cluster.Map.Homes, h => h.NodeId == "Silo_1");
        string key = ShardCalls.KeyOf(cluster.Map, shard, "key");
        return (shard, key, cluster.Orleans.Client.GetGrain<IShardGrain>(shard));
    }

    private static FaultControl FaultsOf(InProcessSiloHandle silo)
    {
        IServiceProvider services = silo.ServiceProvider;
        ReplicaNode replicas = services.GetRequiredService<ReplicaNode>();
        replicas.Faults = new ReplicaFaults(replicas);
        return new FaultControl(replicas.Faults,
            () => [.. services.GetRequiredService<ClusterMapCache>().Current.Nodes.Select(n => n.Id)], NullLogger<FaultControl>.Instance);
    }

    private static Task<KvTestCluster> StartAsync() =>
        KvTestCluster.StartAsync(new KvTestOptions { Silos = 3, Shards = 8, Replicas = 3, WriteQuorum = 2 });
}
