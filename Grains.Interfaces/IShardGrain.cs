namespace OrleansKv.Grains;

/// <summary>A shard; its number is the grain's key.</summary>
[Alias("orleanskv.shard")]
public interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Runs a batch in order and answers when its effects are as safe as its items ask, or, where they ask for nothing, as the node's fsync
    /// policy says.
    /// </summary>
    [Alias("run")]
    ValueTask<ShardReply> Run(ShardBatch batch);

    /// <summary>Wakes the shard without a command: after it, the shard is served, or the call says why not.</summary>
    [Alias("wake")]
    ValueTask Wake();

    /// <summary>
    /// Moves the shard with its state to another node, which the map already names as its next home; the slot map grain's call. True when
    /// it is there, false while it is on its way after some seconds: repeated, it goes on waiting. Throws when it was not taken.
    /// </summary>
    [Alias("moveTo")]
    ValueTask<bool> MoveTo(string nodeId);
}
