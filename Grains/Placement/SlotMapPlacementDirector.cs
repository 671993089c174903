using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansKv.Grains.Placement;

/// <summary>Sends the slot map's grain to the silo that keeps its state, or to the oldest where all can reach it.</summary>
internal sealed class SlotMapPlacementDirector(IOptions<KvClusterOptions> options) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress[] silos = context.GetCompatibleSilos(target);
        if (options.Value.Primary is not { } primary) return Task.FromResult(silos.MinBy(s => (s.Generation, s.ToString()))!);
        return Task.FromResult(Array.Find(silos, s => s.Endpoint.Equals(primary))
            ?? throw new ShardUnavailableException($"the first node ({primary}), which keeps the cluster map, is down"));
    }
}
