namespace OrleansKv.Simulation.Replication;

/// <summary>Errors of a host of the replication core, put in on purpose: each must be found.</summary>
internal enum ReplicationHostMutation
{
    None,

    /// <summary>Promises are not on the disk when their answers leave.</summary>
    PromiseNotOnDisk,

    /// <summary>Answers leave before the records that they acknowledge are on the disk.</summary>
    AnswerBeforeDisk,

    /// <summary>A leader answers a write before it is committed.</summary>
    ReplyBeforeCommit,

    /// <summary>A leader serves reads without looking at its lease.</summary>
    ReadWithoutLease,

    /// <summary>A repair that gives a whole copy up does not note that its tail may be lost.</summary>
    RepairNotNoted,

    /// <summary>A former member drops its copy before a leader of the present ones has served.</summary>
    DropOfFormerMember,
}
