using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Options;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Silo.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>What a node of a cluster with replicas tells its clients of the cluster while others die.</summary>
public sealed class ReplicatedViewTests
{
    [Fact]
    public async Task View_NodeDies_IsOkOnceOthersLead_AndFailsWhenTooFewAreLeft()
    {
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Silos = 3, Shards = 8, Replicas = 3, WriteQuorum = 2 });
        InProcessSiloHandle[] silos = [.. cluster.Silos];
        using NodeWatch watch = WatchOf(silos[0]), second = WatchOf(silos[1]), third = WatchOf(silos[2]);
        SiloClusterView view = ViewOf(silos[0], watch);
        await When("all to be served", view, cluster, s => s.State == ClusterState.Ok);
        Assert.All(view.Snapshot.ReplicaRanges, r => Assert.Equal([0, 1, 2], r.Replicas.Append(r.Node).Order()));
        Assert.Equal(view.Snapshot.Ranges.Sum(r => r.Count), view.Snapshot.ReplicaRanges.Sum(r => r.Count));

        await Poll.UntilAsync("all replicas to count", () => Array.TrueForAll(silos, s =>
            s.ServiceProvider.GetRequiredService<ReplicaNode>().Status!.Shards.All(r => !r.MayHaveLostTail)));
        third.Dispose();
        await cluster.KillAsync(silos[2]);
        await When("the other two to lead all shards", view, cluster,
            s => s.State == ClusterState.Ok && !s.Nodes[2].IsAlive && s.Ranges.All(r => r.Node != 2));
        Assert.All(view.Snapshot.ReplicaRanges, r => Assert.Contains(2, r.Replicas)); // it has its copies when it is back

        second.Dispose();
        await cluster.KillAsync(silos[1]);
        await When("nothing to be served, on one node of three", view, cluster, s => s is { State: ClusterState.Fail, ServedSlots: 0 });
        ReplicaNode replicas = silos[0].ServiceProvider.GetRequiredService<ReplicaNode>();
        await Poll.UntilAsync("the shards that it leads to lack a quorum",
            () => replicas.Status is { LedShards: > 0 } status && status.WithoutWriteQuorum.Count == status.LedShards);
    }

    private static async Task When(string what, SiloClusterView view, KvTestCluster cluster, Func<ClusterSnapshot, bool> isSo)
    {
        try
        {
            await Poll.UntilAsync(what, async () =>
            {
                await cluster.AttendAsync();
                return isSo(view.Snapshot);
            });
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(late.Message + Environment.NewLine + ClusterPicture.Of(cluster.Silos, view.Snapshot));
        }
    }

    // As the silo host does.
    private static NodeWatch WatchOf(InProcessSiloHandle silo)
    {
        IServiceProvider services = silo.ServiceProvider;
        KvNode node = services.GetRequiredService<KvNode>();
        var watch = new NodeWatch(services.GetRequiredService<IGrainFactory>(), node, services.GetRequiredService<ClusterMapCache>(),
            services.GetRequiredService<NodeDirectory>(), services.GetRequiredService<ReplicaNode>());
        node.Unserved = () => watch.Unserved;
        watch.Start();
        return watch;
    }

    private static SiloClusterView ViewOf(InProcessSiloHandle silo, NodeWatch watch)
    {
        IServiceProvider services = silo.ServiceProvider;
        var config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null);
        return new SiloClusterView(services.GetRequiredService<KvNode>(), services.GetRequiredService<ClusterMapCache>(),
            services.GetRequiredService<NodeDirectory>(), watch, config, new NodeInfo(silo.Name, "localhost", 1, 0), 2,
            services.GetRequiredService<IGrainFactory>(), NullLogger<SiloClusterView>.Instance);
    }
}
