namespace OrleansKv.Engine.Replication;

/// <summary>Messages between replicas of a shard. The numbers are on the wire.</summary>
public enum ReplicaMessageKind : byte
{
    /// <summary><see cref="Replication.AppendRequest"/>.</summary>
    AppendRequest = 1,

    /// <summary><see cref="Replication.AppendReply"/>.</summary>
    AppendReply = 2,

    /// <summary><see cref="Replication.PromiseRequest"/>.</summary>
    PromiseRequest = 3,

    /// <summary><see cref="Replication.PromiseReply"/>.</summary>
    PromiseReply = 4,

    /// <summary><see cref="Replication.FetchRequest"/>.</summary>
    FetchRequest = 5,

    /// <summary><see cref="Replication.FetchReply"/>.</summary>
    FetchReply = 6,

    /// <summary><see cref="Replication.LeaseRelease"/>.</summary>
    LeaseRelease = 7,

    /// <summary><see cref="Replication.DigestRequest"/>.</summary>
    DigestRequest = 8,

    /// <summary><see cref="Replication.DigestReply"/>.</summary>
    DigestReply = 9,
}
