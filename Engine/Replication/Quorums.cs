namespace OrleansKv.Engine.Replication;

/// <summary>
/// How many copies decide. A record is committed on a write quorum; a leader is elected by a read quorum; any two of them share a replica:
/// W + R > n. With fewer replicas than W all of them are needed. Pure.
/// </summary>
public static class Quorums
{
    /// <summary>Copies on which a record must be to be committed.</summary>
    /// <param name="replicas">Replicas of the shard.</param>
    /// <param name="wanted">The setting.</param>
    public static int Write(int replicas, int wanted) => Math.Min(replicas, wanted);

    /// <summary>Promises that a leader needs.</summary>
    public static int Read(int replicas, int wanted) => replicas - Write(replicas, wanted) + 1;

    /// <summary>Replicas that must have granted a lease, the leader among them, so that no read quorum is left to elect another.</summary>
    public static int Lease(int replicas, int wanted) => replicas - Read(replicas, wanted) + 1;
}
