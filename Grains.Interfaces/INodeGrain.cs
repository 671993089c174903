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

    /// <summary>The node's own numbers.</summary>
    [Alias("stats")]
    ValueTask<NodeStats> Stats();
}
