using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;

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
    public static ISiloBuilder AddOrleansKvNode(this ISiloBuilder builder, string nodeId, Func<IServiceProvider, NodeStore> openStore)
    {
        builder.Services.AddSingleton(services => new KvNode(nodeId, openStore(services)));
        builder.Services.AddSingleton<ClusterMapCache>();
        builder.Services.AddSingleton<NodeDirectory>();
        builder.Services.AddSingleton<ClusterJoin>();
        builder.AddJournalGrainStorage(KvClusterOptions.ShardStorageName, options =>
            options.UseStore(services => services.GetRequiredService<KvNode>().Store, services => services.GetRequiredService<KvNode>().Commits));
        builder.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        builder.AddPlacementDirector<NodePlacement, NodePlacementDirector>();
        builder.AddPlacementDirector<SlotMapPlacement, SlotMapPlacementDirector>();
        return builder;
    }
}
