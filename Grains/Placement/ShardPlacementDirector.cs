using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansKv.Grains.Node;

namespace OrleansKv.Grains.Placement;

/// <summary>Sends a shard to its home. With the home down there is no place for it.</summary>
internal sealed class ShardPlacementDirector(ClusterMapCache maps, NodeDirectory nodes) : IPlacementDirector
{
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        long shard = target.GrainIdentity.GetIntegerKey(); // whole: a number beyond 32 bits is no other shard's
        SiloAddress[] silos = context.GetCompatibleSilos(target);
        ClusterMap map = maps.Current;
        if (shard >= map.Homes.Length) map = await maps.Refresh();
        if (shard < 0 || shard >= map.Homes.Length) throw new ShardUnavailableException($"there is no shard {shard}");
        ShardHome home = map.Homes[shard];
        return nodes.Find(home.NodeId) is { } silo && silos.Contains(silo)
            ? silo
            : throw new ShardUnavailableException($"node {home.NodeId}, the home of shard {shard}, is down");
    }
}
