namespace OrleansKv.Grains;

/// <summary>A shard; its number is the grain's key.</summary>
[Alias("orleanskv.shard")]
public interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>Runs a batch in order and answers when its effects are as safe as its items ask, or, where they ask for nothing, as the node's fsync policy says.</summary>
    [Alias("run")]
    ValueTask<ShardReply> Run(ShardBatch batch);

    /// <summary>
    /// Wakes the shard without a command: after it, the shard is served, or the call says why not. Waits for one that is on its way to another
    /// node, and throws when it was not taken there.
    /// </summary>
    [Alias("wake")]
    ValueTask Wake();

    /// <summary>
    /// Begins to move the shard with its state to another node. The slot map grain's call; the map already names the node as the shard's next
    /// home. Says nothing of the arrival: <see cref="Wake"/> does. May be repeated.
    /// </summary>
    [Alias("moveTo")]
    ValueTask MoveTo(string nodeId);
}
