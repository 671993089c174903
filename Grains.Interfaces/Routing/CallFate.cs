namespace OrleansKv.Grains.Routing;

/// <summary>What became of a call to a shard.</summary>
internal enum CallFate : byte
{
    /// <summary>It ran: the replies are there.</summary>
    Done,

    /// <summary>Nothing ran: the shard is on its way, or the caller's map is old. A later try finds it.</summary>
    Again,

    /// <summary>Nothing ran: the shard that was asked is not there any more, and the keys' slots may have gone to another one.</summary>
    Moved,

    /// <summary>Nothing ran: the shard cannot read the batch.</summary>
    Refused,

    /// <summary>Nothing ran: nobody serves the shard.</summary>
    Unavailable,

    /// <summary>Nothing was sent: the shard's node takes no connection.</summary>
    NotSent,

    /// <summary>It ran, but the journal failed: whether its changes survive is not known.</summary>
    JournalFailed,

    /// <summary>Nothing was changed: too few replicas have answered for the shard's leader to know that it still leads.</summary>
    Unconfirmed,

    /// <summary>It ran, but too few replicas have answered: whether its changes survive is not known.</summary>
    NoReplicas,

    /// <summary>
    /// No answer comes any more, for the node that was asked is gone or leads the shard no longer: whether it ran is not known. Another one
    /// can be asked what it has not changed.
    /// </summary>
    Lost,

    /// <summary>No answer came: whether it ran is not known.</summary>
    NoAnswer,
}
