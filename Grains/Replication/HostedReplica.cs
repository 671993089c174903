using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// A shard of this node with the state machine that decides what the node is for it. <see cref="Tenure"/> may be read by any thread, and
/// <see cref="MarkDirty"/> called; all else is the replicas' thread's.
/// </summary>
internal sealed class HostedReplica(ShardId id, ShardReplica core, StoreReplicaLog log) : IDisposable
{
    /// <summary>Records by which a replica that is level may lag: a few ms of a shard with 30,000 writes a second.</summary>
    private const long LevelWithin = 256;

    private volatile ReplicaTenure? _tenure;
    private int _isDirty;
    private ReplicaSet? _waiting;

    public ShardId Id => id;

    public ShardReplica Core => core;

    public StoreReplicaLog Log => log;

    /// <summary>Null unless this node serves the shard.</summary>
    public ReplicaTenure? Tenure => _tenure;

    /// <summary>
    /// A whole state takes the place of what is here: until it has, nothing is said of it, and what comes is dropped. Its senders ask again.
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

    /// <summary>Its log has grown; false when that is known already.</summary>
    public bool MarkDirty() => Interlocked.Exchange(ref _isDirty, 1) == 0;

    /// <summary>Before its log is looked at.</summary>
    public void ClearDirty() => Volatile.Write(ref _isDirty, 0);

    public void MapChanged(ReplicaSet set, TimeSpan now)
    {
        if (IsPaused) _waiting = set;
        else core.MapChanged(set, now);
    }

    public void Handle(ReplicaId from, IReplicaMessage message, TimeSpan now)
    {
        if (!IsPaused) core.Handle(from, message, now);
    }

    /// <summary>Ends what it does for the shard until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        IsPaused = true;
        EndTenure();
    }

    /// <summary>The state is there, whole.</summary>
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
        bool leads = !IsPaused && core.Phase is ReplicaPhase.Beginning or ReplicaPhase.Leading;
        if (!leads) StepDown();
        if (!core.IsServing || IsPaused) return;
        if (_tenure is { } before && before.Epoch != core.Set.Epoch) EndTenure();
        ReplicaTenure tenure = _tenure ??= new ReplicaTenure(core.Set.Epoch);
        tenure.Advance(core.Committed.Lsn, core.LeasedUntil, now, patience);
    }

    /// <summary>What the map's grain should know; null where it does not lead.</summary>
    public ReplicaReport? Report(string[] nodes)
    {
        if (IsPaused || core.Set.Epoch == Epoch.None || core.Phase is not (ReplicaPhase.Beginning or ReplicaPhase.Leading)) return null;
        string[] level = [.. core.Set.Followers.Distinct().Where(f => core.IsLevel(f, LevelWithin)).Select(f => nodes[f.Value])];
        return new ReplicaReport(id.Value, core.Set.Epoch.Value, core.IsServing, level);
    }

    public void Dispose()
    {
        EndTenure();
        log.Dispose();
    }

    private void StepDown()
    {
        EndTenure();
        if (log.Role == ShardRole.Leader) log.StepDown();
    }

    private void EndTenure()
    {
        _tenure?.End();
        _tenure = null;
    }
}
