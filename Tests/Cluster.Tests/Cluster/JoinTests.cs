using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Silos that are not, or not yet, the node whose name they have: they serve nothing and lose nothing.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task Silo_ThatHasNotJoined_DropsNoKeys_WhateverTheMapSays()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(2);
        ClusterMap map = cluster.Map;
        int moved = Array.FindIndex(map.Homes, h => h.Epoch > 1);
        InProcessSiloHandle stranger = await cluster.AddUnjoinedAsync();
        KvNode node = stranger.ServiceProvider.GetRequiredService<KvNode>();
        ShardTransfer.Begin(node.Store, new ShardId((ushort)moved), new Epoch(1)); // in which it was another's
        ShardBatch batch = ShardCalls.Batch($"SET {ShardCalls.KeyOf(map, moved, "k")} 1");
        Assert.NotNull(new BatchRunner(node.Runner).Run(new ShardId((ushort)moved), batch.Bytes, out _));
        Assert.Equal(1, node.Store.Count);
        await stranger.ServiceProvider.GetRequiredService<ClusterMapCache>().Refresh();
        Assert.Equal(1, node.Store.Count);
    }

    [Fact]
    public async Task Silo_WithANodesNameThatHasNotJoined_ServesNoneOfItsShards()
    {
        using var folder = new TempFolder();
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(new KvTestOptions { Silos = 2, Folder = folder.Path });
        InProcessSiloHandle left = cluster.Orleans.Silos[1];
        IGrainFactory grains = cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        int shard = Array.FindIndex(cluster.Map.Homes, h => h.NodeId == left.Name);
        string key = ShardCalls.KeyOf(cluster.Map, shard, "k");
        Assert.Equal(["+OK"], await grains.RunAsync(shard, $"SET {key} 1"));
        await cluster.KillAsync(left);
        string own = folder.File(left.Name), elsewhere = folder.File("elsewhere");
        Directory.Move(own, elsewhere);
        InProcessSiloHandle wrong = await cluster.ReviveUnjoinedAsync(left);
        await Poll.UntilAsync("the new silo to be the only one of its name",
            () => wrong.SiloAddress.Equals(cluster.Orleans.Silos[0].ServiceProvider.GetRequiredService<NodeDirectory>().Find(left.Name)));
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grains.RunAsync(shard, $"GET {key}"));

        JoinResult refused = await wrong.ServiceProvider.GetRequiredService<ClusterJoin>()
            .Ask(new NodeInfo(left.Name, "localhost", 0, 0), FolderOwner.Nobody, replacesStore: null);
        Assert.Equal(JoinOutcome.Refused, refused.Outcome);
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grains.RunAsync(shard, $"GET {key}"));
        await cluster.StopAsync(wrong);
        Directory.Delete(own, recursive: true);
        Directory.Move(elsewhere, own);
        await cluster.ReviveAsync(left);
        await Poll.UntilAsync("the shard to be served again", async () => (await grains.RunAsync(shard, $"GET {key}")) is ["$1\r\n1"]);
    }

    [Fact]
    public async Task SecondSiloOfANode_IsToldToWait_AndTheMapStays()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(2);
        InProcessSiloHandle first = cluster.Orleans.Silos[0], second = cluster.Orleans.Silos[1];
        long version = cluster.Map.Version;
        JoinResult result = await second.ServiceProvider.GetRequiredService<ClusterJoin>()
            .Ask(new NodeInfo(first.Name, "localhost", 0, 0), FolderOwner.Nobody, replacesStore: null);
        Assert.Equal(JoinOutcome.Wait, result.Outcome);
        Assert.Contains(first.Name, result.Problem, StringComparison.Ordinal);
        Assert.Equal(version, result.Map.Version);
    }

    [Fact]
    public async Task NodeOfAnotherVersion_IsRefusedByTheGrain()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        var node = new NodeInfo("newer", "localhost", 0, 0) { Commands = DataCommands.TableId + 1 };
        JoinResult result = await cluster.Orleans.Client.GetGrain<ISlotMapGrain>(0)
            .Join(new JoinRequest(node, cluster.Map.Slots.Bytes, 0, FolderOwner.Nobody));
        Assert.Equal(JoinOutcome.Refused, result.Outcome);
        Assert.Contains("version", result.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Map.Nodes, n => n.Id == "newer");
    }
}
