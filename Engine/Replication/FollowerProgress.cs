using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>What a leader knows of one follower. The replica's thread.</summary>
internal sealed class FollowerProgress(ReplicaId id, bool isMember)
{
    public ReplicaId Id => id;

    /// <summary>It counts; false for a learner.</summary>
    public bool IsMember => isMember;

    /// <summary>The follower's log is the leader's up to here, as safe as the level asks; null before it has said so.</summary>
    public LogPosition? Matches { get; set; }

    /// <summary>It may lack records that it has acknowledged in an earlier epoch, and says so.</summary>
    public bool HasLostTail { get; set; }

    /// <summary>The next records for it follow this position.</summary>
    public LogPosition Next { get; set; }

    /// <summary>When what is away was sent; null when nothing is.</summary>
    public TimeSpan? AwaySince { get; set; }

    /// <summary>When the message was sent that was answered last; earlier answers that come later are old.</summary>
    public TimeSpan AnsweredAt { get; set; } = TimeSpan.MinValue;

    /// <summary>When something was sent last.</summary>
    public TimeSpan SentAt { get; set; } = TimeSpan.MinValue;

    /// <summary>It has promised to elect nobody else before then, on this leader's clock.</summary>
    public TimeSpan LeasedUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>Records will not do: it needs the whole state first.</summary>
    public bool NeedsState { get; set; }

    /// <summary>
    /// Its copy differs from the majority's: it does not count until it has the whole state.
    /// </summary>
    public bool IsDiverged { get; set; }

    /// <summary>
    /// Its copy's digest is wanted at this position, which ends a message and begins the next one; null when none is.
    /// </summary>
    public LogPosition? DigestAt { get; set; }

    /// <summary>Records of the leader that it is not known to have. Before it has answered it is taken at its promise.</summary>
    public long LacksRecords(LogPosition end) => NeedsState ? end.Lsn.Value : Math.Max(0, end.Lsn.Value - (Matches ?? Next).Lsn.Value);
}
