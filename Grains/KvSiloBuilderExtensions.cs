using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;
using OrleansKv.Grains.Replication;
using OrleansKv.Grains.Shards;

namespace OrleansKv.Grains;

/// <summary>Makes a silo a node of an OrleansKv cluster.</summary>
public static class KvSiloBuilderExtensions
{
    /// <summary>
    /// Adds the shards' grains and their placement. The silo still needs its clustering, reminders, and a grain storage named
    /// <see cref="KvClusterOptions.StorageName"/>; its name must be the node's id.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="nodeId">Stable over restarts, another for each node.</param>
    /// <param name="openStore">Opens the node's store; called once. The caller closes it after the silo has stopped.</param>
    /// <param name="promises">What the node has promised for its replicas; null opens it with the store.</param>
    public static ISiloBuilder AddOrleansKvNode(
        this ISiloBuilder builder, string nodeId, Func<IServiceProvider, NodeStore> openStore, ReplicaPromises? promises = null)
    {
        builder.Services.AddSingleton(services => new KvNode(nodeId, openStore(services), promises));
        builder.Services.AddSingleton<ClusterMapCache>();
        builder.Services.AddSingleton<NodeDirectory>();
        builder.Services.AddSingleton<ClusterJoin>();
        builder.Services.AddSingleton<ShardArrivals>();
        builder.Services.AddSingleton<ReplicaNode>();
        builder.Services.AddSingleton<ReplicaArrivals>();
        builder.AddJournalGrainStorage(KvClusterOptions.ShardStorageName, options =>
            options.UseStore(services => services.GetRequiredService<KvNode>().Store,
                services => services.GetRequiredService<KvNode>().Commits));
        builder.AddGrainDirectory(ClusterMapDirectory.Name, static (services, _) => new ClusterMapDirectory(
            new Lazy<ClusterMapCache>(services.GetRequiredService<ClusterMapCache>),
            new Lazy<NodeDirectory>(services.GetRequiredService<NodeDirectory>),
            services.GetRequiredService<IClusterMembershipService>()));
        builder.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        builder.AddPlacementDirector<NodePlacement, NodePlacementDirector>();
        builder.AddPlacementDirector<SlotMapPlacement, SlotMapPlacementDirector>();
        return builder;
    }
}
