namespace OrleansKv.Engine.Replication;

/// <summary>
/// How many copies decide. A record is committed on a write quorum; a leader is elected by a read quorum; any two of them share a replica:
/// W + R > n. With fewer replicas than W or R all of them are needed. Pure.
/// </summary>
/// <param name="WantedWrite">The setting for writes, at least 1.</param>
/// <param name="WantedRead">The setting for elections; 0, or less than the one for writes allows: the least that it allows.</param>
public readonly record struct Quorums(int WantedWrite, int WantedRead = 0)
{
    /// <summary>Copies on which a record must be to be committed.</summary>
    /// <param name="replicas">Replicas of the shard.</param>
    public int Write(int replicas) => Math.Min(replicas, WantedWrite);

    /// <summary>Promises that a leader needs.</summary>
    /// <param name="replicas">Replicas of the shard.</param>
    public int Read(int replicas) => Math.Max(replicas - Write(replicas) + 1, Math.Min(replicas, WantedRead));

    /// <summary>Replicas that must have granted a lease, the leader among them, so that no read quorum is left to elect another.</summary>
    /// <param name="replicas">Replicas of the shard.</param>
    public int Lease(int replicas) => replicas - Read(replicas) + 1;
}
