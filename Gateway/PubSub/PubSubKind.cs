namespace OrleansKv.Gateway.PubSub;

/// <summary>
/// What a session can listen to. The names of the three kinds do not meet: a message to channel <c>a</c> is none to shard channel
/// <c>a</c>.
/// </summary>
internal enum PubSubKind
{
    /// <summary>SUBSCRIBE, PUBLISH.</summary>
    Channel,

    /// <summary>PSUBSCRIBE: channels whose name matches a pattern.</summary>
    Pattern,

    /// <summary>SSUBSCRIBE, SPUBLISH: a channel that belongs to a slot.</summary>
    Shard,
}
