namespace OrleansKv.Grains;

/// <summary>What other nodes ask of a node itself; its id is the grain's key, and it is always placed there.</summary>
[Alias("orleanskv.nodegrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Gives messages of PUBLISH, in their order, to the subscribers that are connected to this node.</summary>
    [Alias("publish")]
    ValueTask Publish(PublishedMessage[] messages);

    /// <summary>Brings to the node's disk all that it has acknowledged; false when that failed, or when it keeps nothing on disk.</summary>
    [Alias("sync")]
    ValueTask<bool> Sync();

    /// <summary>
    /// Takes a part of a shard's state that is on its way here. Parts come in order; the last one begins the arrival, which goes on when this
    /// returns. One that does not follow the part before makes the node forget the state: it has to be sent anew.
    /// </summary>
    [Alias("takeShard")]
    ValueTask TakeShard(ShardPart part);

    /// <summary>
    /// Waits for the arrival of a shard that left its home in this epoch, a second at the most: it is on this node's disk then, and the map
    /// says so.
    /// </summary>
    [Alias("whenShardHasArrived")]
    ValueTask<ShardProgress> WhenShardHasArrived(int shard, uint epoch);

    /// <summary>The node's own numbers.</summary>
    [Alias("stats")]
    ValueTask<NodeStats> Stats();
}
