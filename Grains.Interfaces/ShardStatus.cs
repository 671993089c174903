namespace OrleansKv.Grains;

/// <summary>How a shard answers a batch.</summary>
public enum ShardStatus : byte
{
    /// <summary>It ran; the replies are there.</summary>
    Done,

    /// <summary>Nothing ran: the sender's map is old. Fetch a newer one and route again.</summary>
    Moved,

    /// <summary>Nothing ran: the shard is on its way to another node. Try again a little later.</summary>
    Retry,

    /// <summary>The batch could not be read, nothing ran; the reply says why.</summary>
    Refused,

    /// <summary>It ran, but the journal failed: whether its effects survive is not known.</summary>
    Unknown,
}
