using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// A leader's tenure, from the record that begins it on: it sends its log to the followers, counts who has it, and so knows what is
/// committed and whether it may still serve reads. The replica's thread.
/// </summary>
/// <param name="set">Who has the shard.</param>
/// <param name="self">The leader.</param>
/// <param name="log">Its log, which ends with the record that begins the tenure.</param>
/// <param name="options">Times and quorums.</param>
/// <param name="mutation">The simulator's.</param>
internal sealed class Tenure(ReplicaSet set, ReplicaId self, IReplicaLog log, ReplicationOptions options, ReplicationMutation mutation)
{
    private readonly FollowerProgress[] _followers =
        [.. set.Followers.Distinct().Select(r => new FollowerProgress(r, set.Members.Contains(r)) { Next = log.End })];

    private readonly bool _isMember = set.Members.Contains(self);
    private TimeSpan _confirmFrom = TimeSpan.MinValue; // followers are asked at once whose last message is older

    /// <summary>The record that begins it.</summary>
    public LogPosition Barrier { get; } = log.End;

    /// <summary>A write quorum has all records up to here, and nobody will take them back.</summary>
    public LogPosition Committed { get; private set; } = LogPosition.None;

    public IReadOnlyList<FollowerProgress> Followers => _followers;

    /// <summary>
    /// Until when no other leader can be elected, on this leader's clock: enough replicas have promised to wait. For reads, looked at after
    /// the read. Never over where the leader is alone.
    /// </summary>
    public TimeSpan LeasedUntil => OfLeaseQuorum(static f => f.LeasedUntil);

    /// <summary>
    /// No other leader had been elected at this time on this leader's clock, whatever other clocks say: enough replicas have answered a
    /// message that left then or later, in this epoch and before they had promised a higher one. Never over where the leader is alone.
    /// </summary>
    public TimeSpan ConfirmedAt => OfLeaseQuorum(static f => f.AnsweredAt);

    /// <summary>Has followers asked at once that have been asked nothing since; <see cref="Send"/> sends it.</summary>
    public void Confirm(TimeSpan from) => _confirmFrom = from > _confirmFrom ? from : _confirmFrom;

    /// <summary>What a promise has said of a replica's log, so that its records begin where they should.</summary>
    public void Knows(ReplicaId replica, LogHead head)
    {
        if (Find(replica) is { } follower) SetNext(follower, head);
    }

    /// <summary>A follower has answered.</summary>
    public void Handle(ReplicaId from, AppendReply reply)
    {
        if (Find(from) is not { } follower) return;
        if (follower.AwaySince == reply.SentAt) follower.AwaySince = null;
        if (reply.GrantsLease)
        {
            TimeSpan until = reply.SentAt + (options.Lease * (1 - options.ClockDrift));
            if (until > follower.LeasedUntil) follower.LeasedUntil = until;
        }

        if (reply.SentAt < follower.AnsweredAt) return;
        follower.AnsweredAt = reply.SentAt;
        follower.HasLostTail = reply.MayHaveLostTail;
        if (follower.IsDiverged) return; // what it has of the log is right, and its copy is not
        if (reply.Matches is { } matches)
        {
            follower.Matches = follower.Next = matches;
            follower.NeedsState = false;
        }
        else if (reply.Head is { } head)
        {
            follower.Matches = null; // what it has lost does not count
            SetNext(follower, head);
        }
    }

    /// <summary>A follower has the whole state up to a record: its next records follow that.</summary>
    public void StateSent(ReplicaId replica, LogPosition upTo)
    {
        if (Find(replica) is not { NeedsState: true } follower || !log.Has(upTo)) return;
        (follower.NeedsState, follower.Next, follower.AwaySince) = (false, upTo, null);
        follower.IsDiverged = false;
    }

    /// <summary>A follower's copy differs from the majority's, or it says so itself.</summary>
    public void Diverged(ReplicaId replica)
    {
        if (Find(replica) is not { IsDiverged: false } follower) return;
        follower.IsDiverged = follower.NeedsState = true;
        follower.Matches = null;
    }

    /// <summary>
    /// Asks the members that are level enough for the digests of their copies at the end of the log; the others are left out. <see
    /// cref="Send"/> sends it. Returns who is asked.
    /// </summary>
    public IReadOnlyList<ReplicaId> AskDigests(LogPosition at)
    {
        var asked = new List<ReplicaId>();
        foreach (FollowerProgress follower in _followers)
        {
            follower.DigestAt = null;
            if (follower is not { IsMember: true, NeedsState: false, Matches: not null } || follower.Next > at) continue;
            follower.DigestAt = at;
            asked.Add(follower.Id);
        }

        return asked;
    }

    /// <summary>Counts anew what is committed; true when it is more than before.</summary>
    public bool Advance()
    {
        LogPosition counted = CommittedNow();
        // A record of an earlier epoch that a write quorum has can still be overwritten by a leader of an epoch between (Raft, section
        // 5.4.2); behind a record of this one it cannot.
        if (counted.Epoch != set.Epoch && mutation != ReplicationMutation.FormerEpochCommitted) return false;
        if (counted <= Committed) return false;
        Committed = counted;
        return true;
    }

    /// <summary>What is to be sent to the followers now: records, or a sign of life.</summary>
    public void Send(TimeSpan now, List<OutgoingMessage> outgoing)
    {
        foreach (FollowerProgress follower in _followers) SendTo(follower, now, outgoing);
    }

    // The time that so many members have reached that, with the leader, no read quorum is left without one of them.
    private TimeSpan OfLeaseQuorum(Func<FollowerProgress, TimeSpan> timeOf)
    {
        int needed = Quorums.Lease(set.Members.Length) - (_isMember ? 1 : 0);
        if (needed <= 0) return TimeSpan.MaxValue;
        Span<TimeSpan> times = stackalloc TimeSpan[_followers.Length];
        int count = 0;
        foreach (FollowerProgress follower in _followers)
        {
            if (follower.IsMember) times[count++] = timeOf(follower);
        }

        return QuorumValue(times[..count], needed, TimeSpan.MinValue);
    }

    private Quorums Quorums => mutation == ReplicationMutation.QuorumsOfOne ? new Quorums(1) : options.Quorums;

    private FollowerProgress? Find(ReplicaId replica) => Array.Find(_followers, f => f.Id == replica);

    private void SetNext(FollowerProgress follower, LogHead head)
    {
        LogPosition common = log.Head.CommonWith(head);
        // What it has applied and we do not have cannot be taken back there.
        follower.NeedsState = common < head.Applied;
        if (!follower.NeedsState) follower.Next = common;
    }

    private LogPosition CommittedNow()
    {
        if (mutation == ReplicationMutation.CommittedByOneself) return log.Safe;
        Span<LogPosition> safe = stackalloc LogPosition[_followers.Length + 1];
        int count = 0;
        if (_isMember) safe[count++] = log.Safe;
        foreach (FollowerProgress follower in _followers)
        {
            if (follower is { IsMember: true, Matches: { } matches }) safe[count++] = matches;
        }

        return QuorumValue(safe[..count], Quorums.Write(set.Members.Length), LogPosition.None);
    }

    // The highest that so many have reached.
    private static T QuorumValue<T>(Span<T> reached, int many, T ifFewer)
    {
        if (reached.Length < many) return ifFewer;
        reached.Sort();
        return reached[^many];
    }

    private void SendTo(FollowerProgress follower, TimeSpan now, List<OutgoingMessage> outgoing)
    {
        if (follower.AwaySince is { } since && now - since < options.ResendAfter) return;
        // One that needs the state is asked for a position that it cannot have: it says where it is when the state has come.
        IReplicaRecords? records = log.Read(follower.NeedsState ? log.End : follower.Next, options.MaxAppendBytes);
        if (records is null)
        {
            follower.NeedsState = true;
            records = log.Read(log.End, options.MaxAppendBytes)!;
        }

        bool asksDigest = false;
        if (follower is { NeedsState: false, DigestAt: { } at })
        {
            if (records.Last >= at) follower.DigestAt = null;
            if (records.Before <= at && records.Last >= at)
            {
                records = records.UpTo(at);
                asksDigest = true;
            }
        }

        bool isDue = follower.SentAt == TimeSpan.MinValue || now - follower.SentAt >= options.Heartbeat || follower.AwaySince is not null
            || follower.SentAt < _confirmFrom;
        if (records.IsEmpty && !isDue && !asksDigest) return;
        follower.AwaySince = follower.SentAt = now;
        bool isLeased = Committed.Epoch == set.Epoch && LeasedUntil > now;
        outgoing.Add(new OutgoingMessage(follower.Id, new AppendRequest(set.Epoch, records, Committed, now, isLeased)));
        if (asksDigest) outgoing.Add(new OutgoingMessage(follower.Id, new DigestRequest(set.Epoch, records.Last)));
    }
}
