using System.Diagnostics;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// One shard on one node: leader, follower, or on the way to be leader (ADR 0022 has the invariants and why each holds). It does no I/O and
/// reads no clock: the map's changes, messages and time are handed in, messages are taken from <see cref="TakeMessages"/>; its log it
/// changes through <see cref="IReplicaLog"/>. One thread at a time.
/// </summary>
public sealed class ShardReplica
{
    private readonly ReplicaId _self;
    private readonly IReplicaLog _log;
    private readonly ReplicationOptions _options;
    private readonly Epoch _startedIn; // nothing was acknowledged in a later epoch before this process
    private readonly List<OutgoingMessage> _outgoing = [];
    private readonly Dictionary<ReplicaId, PromiseRequest> _deferred = []; // they wait for the end of a lease
    private ReplicaSet _set = ReplicaSet.None;
    private Takeover? _takeover;
    private Tenure? _tenure;
    private Epoch _asked; // the highest epoch that somebody asks promises for
    private TimeSpan _leaseUntil; // no other leader is promised before
    private Epoch _leaseEpoch;
    private ReplicaId? _leaseHolder; // null: somebody of before this process

    /// <param name="self">This node.</param>
    /// <param name="log">Its log, as recovery has found it.</param>
    /// <param name="options">Times and quorums.</param>
    /// <param name="now">The time at which the process began, on the clock that is handed in later: a lease that was granted before it can
    /// still run.</param>
    public ShardReplica(ReplicaId self, IReplicaLog log, ReplicationOptions options, TimeSpan now)
    {
        (_self, _log, _options) = (self, log, options);
        _startedIn = log.Promised;
        _leaseUntil = now + options.Lease;
    }

    /// <summary>Who has the shard, as this node knows it.</summary>
    public ReplicaSet Set => _set;

    public ReplicaPhase Phase { get; private set; }

    /// <summary>
    /// Whether commands that write may run here. What they wrote is acknowledged when <see cref="Committed"/> has come to it.
    /// </summary>
    public bool IsServing => Phase == ReplicaPhase.Leading;

    /// <summary>
    /// Where it leads: nobody will take back what stands up to here. Elsewhere what is applied, of which a restart may have brought more.
    /// </summary>
    public LogPosition Committed => _tenure?.Committed ?? _log.Applied;

    /// <summary>
    /// Nobody will take back what stands up to here, as far as this replica has heard since its process began: as a leader, or from one.
    /// Its log has the record, unless acknowledged records were lost since.
    /// </summary>
    public LogPosition KnownCommitted { get; private set; } = LogPosition.None;

    /// <summary>
    /// When this follower had last all that its leader had committed, as the leader's message said that came then, and nobody else could
    /// lead; the smallest time while it never had.
    /// </summary>
    public TimeSpan FreshAt { get; private set; } = TimeSpan.MinValue;

    /// <summary>
    /// The last takeover went on without a read quorum of whole logs, and found records: others that were acknowledged may be lost, which
    /// is to be said.
    /// </summary>
    public bool MayHaveLost { get; private set; }

    /// <summary>
    /// The replica whose whole state this one needs before it can go on; null for none. <see cref="StateArrived"/> says that it has it: the
    /// other's map as far as that has applied its log, and the records behind it. It takes the place of what is here at once, and on the
    /// disk, when it is whole: what is here may have been acknowledged, and must not be replaced by less. As every message, it is of an
    /// epoch, this one's or the leader's: who gives it has promised no higher one by the end, and neither has who takes it.
    /// </summary>
    public ReplicaId? NeedsStateFrom { get; private set; }

    /// <summary>The state of <see cref="NeedsStateFrom"/> must go as far as this, or it has lost what it promised.</summary>
    public LogPosition LeastState => _takeover?.BestHead?.End ?? LogPosition.None;

    /// <summary>Followers that need the whole state of this leader, as <see cref="NeedsStateFrom"/> has it.</summary>
    public IEnumerable<ReplicaId> NeedState =>
        _tenure is { } tenure ? tenure.Followers.Where(f => f.NeedsState).Select(f => f.Id) : [];

    /// <summary>An error that is put in on purpose; tenures and elections have it from their beginning.</summary>
    public ReplicationMutation Mutation { get; set; }

    /// <summary>
    /// Whether a follower of this leader has its log to the end, but for so many records that are still on their way.
    /// </summary>
    public bool IsLevel(ReplicaId follower, long within) =>
        Followers.FirstOrDefault(f => f.Id == follower) is { Matches: { } matches } && matches.Lsn.Value + within >= _log.End.Lsn.Value;

    /// <summary>Members beside this leader that have its log up to a record, as safe as the level asks.</summary>
    public int CountFollowers(LogPosition upTo) =>
        _log.Has(upTo) ? Followers.Count(f => f is { IsMember: true, Matches: { } matches } && matches.Lsn >= upTo.Lsn) : 0;

    /// <summary>
    /// A member that has lost a tail has this leader's log, and would count again in another epoch: the map is to begin one.
    /// </summary>
    public bool NeedsEpoch =>
        Followers.Any(f => f is { IsMember: true, HasLostTail: true, Matches: { } matches } && matches.Epoch == _set.Epoch);

    /// <summary>How the followers of this leader are; empty where it does not lead.</summary>
    public IEnumerable<FollowerState> FollowerStates
    {
        get
        {
            LogPosition end = _log.End;
            return Followers.Select(f => new FollowerState(f.Id, f.LacksRecords(end), f.AnsweredAt));
        }
    }

    /// <summary>What a leader knows of its followers.</summary>
    internal IReadOnlyList<FollowerProgress> Followers => _tenure?.Followers ?? [];

    /// <summary>
    /// Until when, on this replica's clock, what a read has just seen is the newest that anybody can have been told, but for what is not
    /// committed yet: a reader waits for <see cref="Committed"/> to come to the end of the log as it was when it read.
    /// </summary>
    public TimeSpan LeasedUntil => IsServing ? _tenure!.LeasedUntil : TimeSpan.MinValue;

    /// <summary>
    /// A time at which no other leader had been elected, by the followers' answers alone and by nobody's clock but this one's; the smallest
    /// where this replica does not serve. What was read before then was the newest.
    /// </summary>
    public TimeSpan ConfirmedAt => IsServing ? _tenure!.ConfirmedAt : TimeSpan.MinValue;

    /// <summary>A reader waits for <see cref="ConfirmedAt"/> to come to the time at which it has read.</summary>
    public void Confirm(TimeSpan from, TimeSpan now)
    {
        if (_tenure is not { } tenure) return;
        tenure.Confirm(from);
        tenure.Send(now, _outgoing);
    }

    /// <summary>The map says who has the shard now; an older one changes nothing.</summary>
    public void MapChanged(ReplicaSet set, TimeSpan now)
    {
        if (set.Epoch <= _set.Epoch) return;
        StepDown();
        _set = set;
        // An epoch is one tenure of one process: one that has been promised already was this node's in an earlier life.
        if (set.Leader == _self && set.Epoch > _log.Promised) Elect(now);
        else Phase = set.Members.Contains(_self) || set.Learners.Contains(_self) ? ReplicaPhase.Following : ReplicaPhase.None;
    }

    /// <summary>A message has come; a node sends messages to itself, too.</summary>
    public void Handle(ReplicaId from, IReplicaMessage message, TimeSpan now)
    {
        switch (message)
        {
            case AppendRequest append:
                Handle(from, append, now);
                break;
            case AppendReply reply:
                Handle(from, reply, now);
                break;
            case PromiseRequest request:
                Handle(from, request, now);
                break;
            case PromiseReply promise:
                Handle(from, promise, now);
                break;
            case FetchRequest fetch:
                Handle(from, fetch);
                break;
            case FetchReply fetched:
                Handle(from, fetched, now);
                break;
            case LeaseRelease release:
                Handle(from, release, now);
                break;
            default:
                throw new ArgumentException($"no replica sends a {message.GetType().Name}", nameof(message));
        }
    }

    /// <summary>The leader's log has grown, or records of it are as safe as the level asks.</summary>
    public void LogChanged(TimeSpan now)
    {
        if (_tenure is null) return;
        Advance();
        _tenure.Send(now, _outgoing);
    }

    /// <summary>Time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        AnswerDeferred(now);
        if (_takeover is { } takeover)
        {
            if (now - takeover.LastProgress >= _options.TakeoverPatience) Elect(now);
            else if (now - takeover.SentAt >= _options.ResendAfter) SendTakeover(takeover, now);
        }

        _tenure?.Send(now, _outgoing);
    }

    /// <summary>A part of the state has come: the takeover gets on.</summary>
    public void StateProgress(TimeSpan now)
    {
        if (_takeover is { } takeover) takeover.LastProgress = now;
    }

    /// <summary>The whole state that <see cref="NeedsStateFrom"/> or the leader had to give is in the log and in the map.</summary>
    public void StateArrived(TimeSpan now)
    {
        NeedsStateFrom = null;
        if (_takeover is not { Best: not null } takeover) return;
        takeover.LastProgress = now;
        CatchUp(takeover, now);
    }

    /// <summary>
    /// A follower of this leader has its whole state up to a record, and says so when it is asked: what has come since goes to it at once.
    /// </summary>
    public void StateSent(ReplicaId follower, LogPosition upTo, TimeSpan now)
    {
        if (_tenure is not { } tenure) return;
        tenure.StateSent(follower, upTo);
        tenure.Send(now, _outgoing);
    }

    public IReadOnlyList<OutgoingMessage> TakeMessages()
    {
        if (_outgoing.Count == 0) return [];
        OutgoingMessage[] taken = [.. _outgoing];
        _outgoing.Clear();
        return taken;
    }

    /// <summary>
    /// Of these a leader's records alone, which may leave before they are safe here; the rest stays.
    /// </summary>
    public IReadOnlyList<OutgoingMessage> TakeRecords()
    {
        OutgoingMessage[] taken = [.. _outgoing.Where(m => m.Message is AppendRequest)];
        _outgoing.RemoveAll(m => m.Message is AppendRequest);
        return taken;
    }

    private void Send(ReplicaId to, IReplicaMessage message) => _outgoing.Add(new OutgoingMessage(to, message));

    // From here on nobody is served by this tenure, so its leases are of no use to anybody.
    private void StepDown()
    {
        if (_tenure is { } tenure && Phase == ReplicaPhase.Leading)
        {
            foreach (FollowerProgress follower in tenure.Followers) Send(follower.Id, new LeaseRelease(_set.Epoch));
        }

        if (_tenure is not null || _takeover is not null) Phase = ReplicaPhase.Following;
        _tenure = null;
        _takeover = null;
        NeedsStateFrom = null;
    }

    private void Handle(ReplicaId from, PromiseRequest request, TimeSpan now)
    {
        if (request.Epoch >= _log.Promised)
        {
            if (request.Epoch > _asked) _asked = request.Epoch;
            if (request.Epoch > _set.Epoch) StepDown();
            if (IsLeased(from, now))
            {
                _deferred[from] = request;
                return;
            }

            if (request.Epoch > _log.Promised) _log.Promise(request.Epoch);
        }

        Send(from, new PromiseReply(request.Epoch, _log.Promised, _log.Head, _log.MayHaveLostTail));
    }

    // Whether another leader than the one who asks may still serve reads by what this replica has granted. Who asks does not: it is in a
    // later tenure of its own.
    private bool IsLeased(ReplicaId by, TimeSpan now)
    {
        if (now >= _leaseUntil || _leaseHolder == by || Mutation == ReplicationMutation.NoLeaseWait) return false;
        bool isAlone = by == _self && _set.Members.Union(_set.Former).All(r => r == _self);
        return !isAlone; // alone it has granted leases to itself only
    }

    private void AnswerDeferred(TimeSpan now)
    {
        if (_deferred.Count == 0) return;
        foreach ((ReplicaId from, PromiseRequest request) in _deferred.ToArray())
        {
            if (IsLeased(from, now)) continue;
            _deferred.Remove(from);
            Handle(from, request, now);
        }
    }

    private void Handle(ReplicaId from, LeaseRelease release, TimeSpan now)
    {
        if (_leaseHolder != from || _leaseEpoch > release.Epoch) return;
        _leaseUntil = now;
        AnswerDeferred(now);
    }

    private void Handle(ReplicaId from, AppendRequest append, TimeSpan now)
    {
        if (append.Epoch < _log.Promised)
        {
            Send(from, new AppendReply(append.Epoch, _log.Promised, null, null, append.SentAt, false, _log.MayHaveLostTail));
            return;
        }

        if (append.Epoch > _set.Epoch) StepDown(); // the map that says so comes later
        if (append.Epoch > _log.Promised) _log.Promise(append.Epoch);
        bool grants = append.Epoch >= _asked;
        if (grants)
        {
            _leaseUntil = now + _options.Lease;
            (_leaseEpoch, _leaseHolder) = (append.Epoch, from);
        }

        LogPosition? matches = Take(append, now);
        LogHead? head = matches is null ? _log.Head : null;
        Send(from, new AppendReply(append.Epoch, _log.Promised, matches, head, append.SentAt, grants, _log.MayHaveLostTail));
    }

    // Makes this log the leader's as far as the records go; null when it lacks what they follow, or has applied what the leader does not
    // have.
    private LogPosition? Take(AppendRequest append, TimeSpan now)
    {
        if (!_log.Has(append.Records.Before)) return null;
        LogPosition last = append.Records.Last;
        LogPosition known = append.Records.KnownBy(_log);
        if (known != last)
        {
            if (_log.End != known && Mutation != ReplicationMutation.ForkedTailKept)
            {
                if (known < _log.Applied) return null;
                _log.Truncate(known);
            }

            _log.Append(append.Records, known);
        }

        // It has all that the leader had when its tenure began, and so all that was acknowledged before. What this replica has lost it has
        // acknowledged in an epoch before it started: in the same one the leader may still count on it.
        if (_log.MayHaveLostTail && append.Epoch > _startedIn && last.Epoch == append.Epoch) _log.TailIsWhole();
        if (append.IsLeased && last >= append.Committed) FreshAt = now;
        LogPosition committed = append.Committed < last ? append.Committed : last;
        if (committed > _log.Applied) _log.Apply(committed);
        if (committed > KnownCommitted) KnownCommitted = committed;
        return last;
    }

    private void Handle(ReplicaId from, AppendReply reply, TimeSpan now)
    {
        if (_tenure is not { } tenure || reply.Epoch != _set.Epoch) return;
        if (reply.Promised > _set.Epoch)
        {
            StepDown(); // the map that says who leads comes later
            return;
        }

        tenure.Handle(from, reply);
        Advance();
        _tenure?.Send(now, _outgoing);
    }

    private void Advance()
    {
        Tenure tenure = _tenure!;
        bool hasAdvanced = tenure.Advance();
        if (tenure.Committed > KnownCommitted) KnownCommitted = tenure.Committed;
        if (Phase != ReplicaPhase.Beginning) return;
        bool isLevel = hasAdvanced && tenure.Committed >= tenure.Barrier;
        if (!isLevel && Mutation != ReplicationMutation.NoBarrier) return;
        _log.Apply(_log.End);
        Phase = ReplicaPhase.Leading;
    }

    // Begins to collect promises, or does so again.
    private void Elect(TimeSpan now)
    {
        Debug.Assert(_set.Leader == _self && _tenure is null);
        NeedsStateFrom = null;
        Phase = ReplicaPhase.Electing;
        _takeover = new Takeover(_set, _options, Mutation) { LastProgress = now };
        SendTakeover(_takeover, now);
    }

    private void SendTakeover(Takeover takeover, TimeSpan now)
    {
        takeover.SentAt = now;
        if (Phase == ReplicaPhase.Electing)
        {
            foreach (ReplicaId replica in takeover.Missing) Send(replica, new PromiseRequest(_set.Epoch));
        }
        else if (NeedsStateFrom is null && takeover.Best is { } best)
        {
            Send(best, new FetchRequest(_set.Epoch, _log.End));
        }
    }

    private void Handle(ReplicaId from, PromiseReply promise, TimeSpan now)
    {
        if (_takeover is not { } takeover || Phase != ReplicaPhase.Electing || promise.Epoch != _set.Epoch) return;
        if (promise.Promised > promise.Epoch)
        {
            StepDown(); // another epoch has begun
            return;
        }

        takeover.LastProgress = now;
        if (!takeover.Add(from, promise)) return;
        MayHaveLost = takeover.MayLose && takeover.BestHead!.End != LogPosition.None;
        Phase = ReplicaPhase.CatchingUp;
        CatchUp(takeover, now);
    }

    private void CatchUp(Takeover takeover, TimeSpan now)
    {
        if (_log.End.Epoch >= _set.Epoch)
        {
            StepDown(); // a later tenure has begun: the map that says so comes later
            return;
        }

        LogHead best = takeover.BestHead!;
        if (_log.Has(best.End))
        {
            BeginTenure(takeover, now);
            return;
        }

        LogPosition common = _log.Head.CommonWith(best);
        if (common < _log.Applied)
        {
            NeedsStateFrom = takeover.Best; // what this replica has applied was never acknowledged: it led, and was alone with it
            return;
        }

        if (_log.End != common) _log.Truncate(common);
        SendTakeover(takeover, now);
    }

    private void Handle(ReplicaId from, FetchRequest fetch)
    {
        if (fetch.Epoch != _log.Promised) return;
        IReplicaRecords? records = _log.Has(fetch.After) ? _log.Read(fetch.After, _options.MaxAppendBytes) : null;
        Send(from, new FetchReply(fetch.Epoch, fetch.After, records, _log.End));
    }

    private void Handle(ReplicaId from, FetchReply fetched, TimeSpan now)
    {
        if (_takeover is not { } takeover || takeover.Best != from || fetched.Epoch != _set.Epoch) return;
        if (fetched.After != _log.End || NeedsStateFrom is not null) return; // a late one
        // Less than was promised: it has lost its tail since. The takeover begins anew when its patience is over.
        if (fetched.Records is { IsEmpty: true } || fetched.End < takeover.BestHead!.End) return;
        takeover.LastProgress = now;
        if (fetched.Records is null) NeedsStateFrom = from;
        else _log.Append(fetched.Records, _log.End);
        if (NeedsStateFrom is null) CatchUp(takeover, now);
    }

    private void BeginTenure(Takeover takeover, TimeSpan now)
    {
        // Its own promise may still wait for the end of a lease: from here on it takes no records of a lower epoch.
        if (_log.Promised < _set.Epoch) _log.Promise(_set.Epoch);
        if (_log.MayHaveLostTail) _log.TailIsWhole(); // it has the most advanced of a read quorum
        _log.Begin(_set.Epoch);
        _takeover = null;
        _tenure = new Tenure(_set, _self, _log, _options, Mutation);
        foreach ((ReplicaId replica, PromiseReply promise) in takeover.Promises) _tenure.Knows(replica, promise.Head);
        Phase = ReplicaPhase.Beginning;
        Advance();
        _tenure.Send(now, _outgoing);
    }
}
