using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// A shard of this node with the state machine that decides what the node is for it. <see cref="Tenure"/> may be read by any thread, and
/// <see cref="MarkDirty"/> and <see cref="Confirm"/> called; all else is the replicas' thread's.
/// </summary>
internal sealed class HostedReplica(ShardId id, ReplicaId self, ShardReplica core, StoreReplicaLog log) : IDisposable
{
    /// <summary>Records by which a replica that is level may lag: a few ms of a shard with 30,000 writes a second.</summary>
    private const long LevelWithin = 256;

    /// <summary>
    /// Age that what a follower's copy lacks may have, for reads from it: some heartbeats of a leader, and no more than an election takes.
    /// </summary>
    public static readonly TimeSpan MaxStale = TimeSpan.FromSeconds(2);

    /// <summary>Time in which one that is to lead must serve, or get on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile ReplicaTenure? _tenure;
    private long _confirmFrom = long.MinValue; // ticks; the newest of the reads that wait for a quorum
    private long _readableUntil = long.MinValue; // ticks of the node's monotonic clock
    private long _newestAt = long.MinValue; // ticks of the same clock
    private Epoch _lossTold;
    private ReplicaTenure? _suspended;
    private TimeSpan _progressAt;
    private int _isDirty;
    private ReplicaSet? _waiting;

    public ShardId Id => id;

    public ShardReplica Core => core;

    public StoreReplicaLog Log => log;

    /// <summary>Null unless this node serves the shard.</summary>
    public ReplicaTenure? Tenure => _tenure;

    /// <summary>Until when the copy may be read; the smallest time where it may not. Any thread.</summary>
    public TimeSpan ReadableUntil => new(Volatile.Read(ref _readableUntil));

    /// <summary>
    /// When nothing was known to be committed that the copy had not, as far as its leader, or this node as the leader, could tell; the
    /// smallest time while that never was. Any thread.
    /// </summary>
    public TimeSpan NewestAt => new(Volatile.Read(ref _newestAt));

    /// <summary>
    /// A whole state takes the place of what is here: until it has, nothing is said of it, and what comes is dropped. Its senders ask
    /// again.
    /// </summary>
    public bool IsPaused { get; private set; }

    /// <summary>It is on the list of those whose work of this turn is not settled.</summary>
    public bool IsTouched { get; set; }

    /// <summary>End of its log when the commit began that makes it safe.</summary>
    public LogPosition Reached { get; set; }

    /// <summary>What was last told to the map's grain.</summary>
    public ReplicaReport? Told { get; set; }

    /// <summary>The replica that was last asked for its whole state, and when.</summary>
    public (ReplicaId From, TimeSpan At)? Asked { get; set; }

    /// <summary>
    /// A read waits for a quorum to confirm that this node led at a time; false when the thread knows already that there is work.
    /// </summary>
    public bool Confirm(TimeSpan from)
    {
        long wanted = Volatile.Read(ref _confirmFrom);
        while (wanted < from.Ticks)
        {
            long seen = Interlocked.CompareExchange(ref _confirmFrom, from.Ticks, wanted);
            if (seen == wanted) break;
            wanted = seen;
        }

        return MarkDirty();
    }

    /// <summary>
    /// Whether it has begun to serve an epoch although acknowledged records may be lost, and that was not told yet; it counts as told then.
    /// </summary>
    public bool HasLossToTell()
    {
        if (IsPaused || !core.IsServing || !core.MayHaveLost || _lossTold == core.Set.Epoch) return false;
        _lossTold = core.Set.Epoch;
        return true;
    }

    /// <summary>Its log has grown; false when that is known already.</summary>
    public bool MarkDirty() => Interlocked.Exchange(ref _isDirty, 1) == 0;

    /// <summary>Before its log is looked at.</summary>
    public void ClearDirty() => Volatile.Write(ref _isDirty, 0);

    /// <summary>Has the followers asked for what reads wait for. Behind <see cref="ClearDirty"/>.</summary>
    public void AskFollowers(TimeSpan now)
    {
        var from = new TimeSpan(Volatile.Read(ref _confirmFrom));
        if (from > TimeSpan.MinValue && from > core.ConfirmedAt) core.Confirm(from, now);
    }

    public void MapChanged(ReplicaSet set, TimeSpan now)
    {
        if (set.Epoch > core.Set.Epoch) _progressAt = now;
        if (IsPaused) _waiting = set;
        else core.MapChanged(set, now);
    }

    public void Handle(ReplicaId from, IReplicaMessage message, TimeSpan now)
    {
        if (IsPaused) return;
        // Without room records are as good as lost on the way: the leader sends them again, and goes on with the other members.
        if (message is AppendRequest { Records.IsEmpty: false } && !log.HasRoom) return;
        // Of another tenure: this one's is over before what the log has is told to anybody.
        if (message is PromiseRequest or AppendRequest && message.Epoch > core.Set.Epoch) EndTenure();
        core.Handle(from, message, now);
    }

    /// <summary>
    /// Ends what it does for the shard until <see cref="Resume"/>: when this returns nothing changes the shard here any more, not even a
    /// batch that had begun.
    /// </summary>
    public void Pause()
    {
        IsPaused = true;
        Volatile.Write(ref _readableUntil, long.MinValue);
        EndTenure();
        log.StepDown(); // a follower waits so for who reads its copy
    }

    /// <summary>
    /// Whether a whole state may take the place of what is here: it is the leader's, or that of the replica whose log is taken over, in the
    /// epoch that the map has, and it goes as far as it must: the leader's as far as what is here, for that may be its own by now.
    /// </summary>
    public bool MayTake(ReplicaId from, Epoch epoch, LogPosition at)
    {
        ReplicaSet set = _waiting ?? core.Set;
        if (set.Epoch != epoch || log.Promised > epoch) return false;
        return set.Leader == from ? at >= log.End : core.NeedsStateFrom == from && at >= core.LeastState;
    }

    /// <summary>What is in the store is whole: it goes on from there.</summary>
    public void Resume(TimeSpan now)
    {
        IsPaused = false;
        Asked = null;
        log.WasReplaced();
        core.StateArrived(now);
        if (_waiting is { } set) core.MapChanged(set, now);
        _waiting = null;
    }

    /// <summary>
    /// Brings what others see of it up to date, before its messages leave: a tenure that is over is over here before another can begin.
    /// </summary>
    public void Publish(TimeSpan now, TimeSpan patience)
    {
        bool isReadable = !IsPaused && !IsBroken && core.Phase == ReplicaPhase.Following && core.FreshAt > TimeSpan.MinValue;
        Volatile.Write(ref _readableUntil, isReadable ? (core.FreshAt + MaxStale).Ticks : long.MinValue);
        if (isReadable) Volatile.Write(ref _newestAt, core.FreshAt.Ticks);
        else if (!IsPaused && core.LeasedUntil > now) Volatile.Write(ref _newestAt, now.Ticks);
        if (!IsPaused && core.IsServing)
        {
            ReplicaTenure tenure = _tenure ?? _suspended ?? new ReplicaTenure();
            bool isAlone = core.Set is { Members.Length: 1, Learners.Length: 0 };
            tenure.Advance(core.Set.Epoch, isAlone, core.Committed.Lsn, core.LeasedUntil, core.ConfirmedAt, now, patience);
            _tenure = tenure;
            _suspended = null;
            return;
        }

        if (_tenure is not null || _suspended is not null) Interrupt(now, patience);
        if (log.Role == ShardRole.Leader && (IsPaused || core.Phase != ReplicaPhase.Beginning)) log.StepDown();
    }

    private void Interrupt(TimeSpan now, TimeSpan patience)
    {
        if (IsPaused || core.Set.Leader != self || core.Phase == ReplicaPhase.Following)
        {
            EndTenure();
            return;
        }

        _suspended ??= _tenure;
        _tenure = null;
        _suspended!.Suspend(now, patience);
    }

    /// <summary>
    /// A whole state was to take the place of what was here, and only a part of it is in memory: a restart finds the whole on the disk.
    /// </summary>
    public bool IsBroken { get; set; }

    /// <summary>
    /// It is to lead for longer than an election and a copy that goes on take, and does not: what stands against it (a disk without room)
    /// is this node's, and another member may have none of it.
    /// </summary>
    public bool IsStuck(TimeSpan now) =>
        !IsPaused && core.Set.Leader == self && !core.IsServing && now - _progressAt > Patience;

    /// <summary>A part of a whole state has come.</summary>
    public void StateProgress(TimeSpan now)
    {
        _progressAt = now;
        core.StateProgress(now);
    }

    /// <summary>
    /// Whether the copy may be given up, where the map of an epoch has neither this node nor, for a leader has served, who had the shard
    /// before: it has nothing that its members do not have, and no leader of a later map counts on it.
    /// </summary>
    public bool MayBeDropped(Epoch mapped) =>
        !IsPaused && core.Set.Epoch == mapped && log.Promised <= mapped && log.End != LogPosition.None;

    /// <summary>It is the only copy, and led here: nobody else could take its place.</summary>
    public bool IsOnlyCopy => !IsPaused && core is { IsServing: true, Set.Members.Length: 1 };

    /// <summary>What a node says whose journal has failed; null where it is not to lead.</summary>
    public ReplicaReport? GiveUp()
    {
        ReplicaSet set = _waiting ?? core.Set;
        return set.Leader != self || set.Epoch == Epoch.None || IsOnlyCopy
            ? null
            : new ReplicaReport(set.Epoch.Value, false, []) { Shard = id.Value, GivesUp = true };
    }

    /// <summary>What the map's grain should know; null where it does not lead.</summary>
    public ReplicaReport? Report(string[] nodes)
    {
        if (IsPaused || core.Set.Epoch == Epoch.None || core.Phase is not (ReplicaPhase.Beginning or ReplicaPhase.Leading)) return null;
        string[] level = [.. core.Set.Followers.Distinct().Where(f => core.IsLevel(f, LevelWithin)).Select(f => nodes[f.Value])];
        return new ReplicaReport(core.Set.Epoch.Value, core.IsServing, level) { Shard = id.Value, NeedsEpoch = core.NeedsEpoch };
    }

    public void Dispose()
    {
        EndTenure();
        log.Dispose();
    }

    private void EndTenure()
    {
        _tenure?.End();
        _suspended?.End();
        _tenure = _suspended = null;
    }
}
