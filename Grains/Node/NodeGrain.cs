using Orleans.Concurrency;
using OrleansKv.Grains.Placement;

namespace OrleansKv.Grains.Node;

/// <summary>A node's door for the other nodes.</summary>
[Reentrant, NodePlacement, GrainType("orleanskv.node")]
internal sealed class NodeGrain(KvNode node, ClusterMapCache maps) : Grain, INodeGrain
{
    public ValueTask<int> Publish(byte[] channel, byte[] message) => new(node.Publish(channel, message));

    public ValueTask<NodeStats> Stats() =>
        new(new NodeStats(maps.Current.Homes.Count(h => h.NodeId == node.Id), node.Store.Count, node.Store.Memory.UsedBytes));
}
