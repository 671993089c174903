namespace OrleansKv.Engine.Replication;

/// <summary>What the copies' digests of one position have shown.</summary>
public enum DigestOutcome
{
    /// <summary>All members have the same.</summary>
    Same,

    /// <summary>Those that have answered agree, and not all have; or too few answered for it to be known who is right.</summary>
    Undecided,

    /// <summary>The leader's is the majority's, and some followers' are not.</summary>
    FollowersDiverged,

    /// <summary>The leader's is not the majority's.</summary>
    LeaderDiverged,

    /// <summary>All members have answered, and no majority of them agrees: nobody knows who is right.</summary>
    NoMajority,
}
