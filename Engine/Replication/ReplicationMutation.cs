namespace OrleansKv.Engine.Replication;

/// <summary>
/// Errors that are put into the core on purpose: each must be found, or simulations and histories prove nothing. A host has none, unless a
/// test asks it for one.
/// </summary>
public enum ReplicationMutation
{
    None,

    /// <summary>A leader serves without having brought a write quorum level with the record that begins its tenure.</summary>
    NoBarrier,

    /// <summary>One copy is a write quorum, and one promise a read quorum.</summary>
    QuorumsOfOne,

    /// <summary>A promise does not wait until leases of other leaders are over.</summary>
    NoLeaseWait,

    /// <summary>A replica that may have lost its tail counts like any other.</summary>
    LostTailCounted,

    /// <summary>A follower keeps a tail that the leader does not have, and appends behind it.</summary>
    ForkedTailKept,

    /// <summary>A record counts as committed when the leader alone has it.</summary>
    CommittedByOneself,

    /// <summary>The leader takes the first replicas that promise as they are, and not the most advanced.</summary>
    NotTheMostAdvanced,

    /// <summary>Records of a former epoch count as committed as soon as a write quorum has them.</summary>
    FormerEpochCommitted,
}
