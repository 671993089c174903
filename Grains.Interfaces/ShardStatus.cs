namespace OrleansKv.Grains;

/// <summary>How a shard answers a batch.</summary>
public enum ShardStatus : byte
{
    /// <summary>It ran; the replies are there.</summary>
    Done,

    /// <summary>Nothing ran: the shard has another home. Fetch a newer map and route again.</summary>
    Moved,

    /// <summary>Nothing ran: the shard has a newer epoch than the one it was served in here. Fetch a newer map and send again.</summary>
    Fenced,

    /// <summary>Nothing ran: the shard is on its way from or to another node. Try again a little later.</summary>
    Retry,

    /// <summary>The batch could not be read, nothing ran; the reply says why.</summary>
    Refused,

    /// <summary>It ran, but the journal failed: whether its effects survive is not known.</summary>
    Unknown,

    /// <summary>It ran, but too few replicas have answered in time: whether its effects survive is not known.</summary>
    NoReplicas,

    /// <summary>It ran, but another node has become the shard's leader meanwhile: whether its effects survive is not known.</summary>
    Deposed,

    /// <summary>
    /// Nothing was changed, and what was read is not said: too few replicas have answered in time for the leader to know that it still
    /// leads.
    /// </summary>
    Unconfirmed,
}
