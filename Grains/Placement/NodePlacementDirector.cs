using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansKv.Grains.Node;

namespace OrleansKv.Grains.Placement;

/// <summary>Sends a node's grain to the node.</summary>
internal sealed class NodePlacementDirector(NodeDirectory nodes) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string id = target.GrainIdentity.Key.ToString()!;
        return Task.FromResult(nodes.Find(id) ?? throw new ShardUnavailableException($"node {id} is down"));
    }
}
