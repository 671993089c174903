namespace OrleansKv.Engine.Replication;

/// <summary>How replicas work together. All replicas of a shard have the same.</summary>
public sealed record ReplicationOptions
{
    /// <summary>Copies on which a record must be before it is acknowledged, and those that elect a leader.</summary>
    public Quorums Quorums { get; init; } = new(2);

    /// <summary>
    /// Time for which a follower promises no other leader after it has heard of the present one; 1 s: long against heartbeats, short
    /// against the 3 s in which keys of a dead node are served again.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Bound on how much faster or slower one node's monotonic clock runs than another's, as a share; a leader counts its leases as shorter
    /// by it. Crystals differ by less than 0.0005; a virtual machine's clock that is slewed by 5 % would still be within it.
    /// </summary>
    public double ClockDrift { get; init; } = 0.1;

    /// <summary>A leader with nothing to send says after this time that it is there, which prolongs its lease.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A message without an answer is sent again after this time.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A takeover that does not get on (the most advanced replica has died, too) begins anew after this time.</summary>
    public TimeSpan TakeoverPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A comparison of the copies ends after this time with the answers that there are; 1 min: a digest of 10 million keys is 1 s of work,
    /// of which one part in eight is done in the background. The next shard's waits for it, so one lost message delays them all by that.
    /// </summary>
    public TimeSpan DigestPatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of records in a message, about.</summary>
    public int MaxAppendBytes { get; init; } = 1024 * 1024;
}
