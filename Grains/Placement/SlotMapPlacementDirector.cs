using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansKv.Grains.Placement;

/// <summary>Sends the slot map's grain to the oldest silo.</summary>
internal sealed class SlotMapPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target).MinBy(s => (s.Generation, s.ToString()))!);
}
