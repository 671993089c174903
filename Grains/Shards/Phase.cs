namespace OrleansKv.Grains.Shards;

/// <summary>
/// Where an activation of a shard's grain stands. It serves in one phase alone; none leads back to it but a move that could not begin.
/// </summary>
internal enum Phase
{
    /// <summary>The first: it claims the shard. Calls wait for that.</summary>
    Arriving,

    /// <summary>The map gave it this node and an epoch.</summary>
    Serving,

    /// <summary>The last of its records are on the way to another node. Calls answer "retry".</summary>
    Leaving,

    /// <summary>Its home is elsewhere, or its epoch is over: calls answer so until Orleans has taken it away.</summary>
    Ended,

    /// <summary>It could not find out whether it may serve; calls throw the reason, and it goes so that the next one tries anew.</summary>
    Refused,
}
