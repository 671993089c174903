using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;
using OrleansKv.Grains.Replication;
using OrleansKv.Grains.Storage;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// A shard's shell: it checks that the shard lives here, has the engine run the batch, and answers when the journal has it. Reentrant:
/// while one batch waits for the disk the next one runs. A turn is the lock between batches; the store's own lock keeps housekeeping out.
/// Invariant: it serves only in an epoch that the map's grain gave to this node, and only as long as this node's map says the same
/// (ADR 0008). It is never collected: an idle shard expires its keys, too.
/// </summary>
[Reentrant, KeepAlive, ShardPlacement, GrainDirectory(ClusterMapDirectory.Name), GrainType(ClusterMapDirectory.ShardTypeName)]
internal sealed partial class ShardGrain(
    [PersistentState("shard", KvClusterOptions.ShardStorageName)] IPersistentState<ShardState> state,
    KvNode node, ClusterMapCache maps, NodeDirectory nodes, ReplicaNode replicas, IOptions<KvClusterOptions> options,
    ILogger<ShardGrain> log)
    : Grain, IShardGrain, IRemindable
{
    private const string ReminderName = "wake";

    /// <summary>Longest wait of a call for the end of a move, ms: below the 10 s after which Orleans gives calls up.</summary>
    private const int MoveWaitMs = 3_000;

    /// <summary>Due keys that go in one hold of the shard's lock, about 50 µs.</summary>
    private const int KeysASlice = 64;

    /// <summary>Reminders that may be missing before it is asked for anew: the table may have died with its silo.</summary>
    private const int MissedReminders = 5;

    private readonly BatchRunner _runner = new(node.Runner) { Faults = node.Faults };
    private readonly CancellationTokenSource _stopping = new();
    private ReplicatedShard? _replicated; // null in a cluster without replicas; all that follows is for that
    private ShardId _id;
    private Shard _shard = null!;
    private Lsn _lastLsn;
    private JournalOffset _appended;
    private Phase _phase;
    private uint _epoch;
    private ClusterMap? _servedBy; // the map that said so last; null unless it serves
    private ShardStatus _endedAs;
    private ShardUnavailableException? _refusal;
    private Task? _departure; // null until it leaves
    private long _reminderDueMs;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = new ShardId((ushort)this.GetPrimaryKeyLong());
        TimeSpan tick = TimeSpan.FromMilliseconds(options.Value.ExpiryTickMs);
        this.RegisterGrainTimer(static (self, _) => self.Tick(), this, new GrainTimerCreationOptions(tick, tick) { Interleave = true });
        if (replicas.Find(_id) is { } hosted)
        {
            _replicated = new ReplicatedShard(hosted, _runner, node, replicas, maps);
            maps.Serve(_id, this);
            return;
        }

        try
        {
            ClusterMap map = await NewTenure().Claim(cancellationToken);
            // Called here before this node has its replicas: it has not joined yet. The next activation finds them.
            if (map.IsReplicated) throw new ShardUnavailableException($"node {node.Id} is joining");
            await Begin(map, map.HomeOf(_id).Epoch);
        }
        catch (Exception failure)
        {
            // Not thrown: Orleans would hold the calls for 5 s.
            Refuse(failure as ShardUnavailableException
                ?? new ShardUnavailableException($"shard {_id} cannot be served yet: {failure.Message}", failure));
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        try
        {
            // What a clean stop leaves behind is on the disk, whatever the fsync policy.
            if (_phase == Phase.Serving) await state.WriteStateAsync();
        }
        catch (Exception failure) when (failure is JournalStorageException or InconsistentStateException)
        {
            LogNotCommitted(_id.Value, failure.Message);
        }
        finally
        {
            maps.Leave(_id, this);
        }
    }

    public ValueTask<ShardReply> Run(ShardBatch batch)
    {
        if (_replicated is { } replicated)
        {
            if (!replicated.IsServed && !replicated.IsHere) DeactivateOnIdle(); // the next call finds the leader
            return replicated.Run(batch);
        }

        ClusterMap map = maps.Current;
        if ((!ReferenceEquals(map, _servedBy) || batch.Epoch > _epoch) && Check(map, batch.Epoch) is not ShardStatus.Done and var why)
        {
            return _refusal is null
                ? new ValueTask<ShardReply>(ShardReply.Of(why, map.Version) with { Epoch = map.HomeOf(_id).Epoch })
                : ValueTask.FromException<ShardReply>(_refusal);
        }

        _runner.Notifier = node.Notifier();
        _runner.SlowNs = node.SlowNs;
        _lastLsn = _shard.Lsn;
        bool takesWrites = node.Store.Journal?.Failure is null;
        BatchReply? reply = _runner.Run(_id, batch.Bytes, out string? problem);
        if (reply is null) return new ValueTask<ShardReply>(ShardReply.Of(ShardStatus.Refused, map.Version, problem));

        // Readers wait too while a write that they may have seen is not yet safe. What expired under a read is nobody's write: it would
        // expire again.
        bool hasWritten = takesWrites && _runner.HasWritten && _shard.Lsn != _lastLsn;
        if (hasWritten) _appended = node.Store.Appended;
        ValueTask<bool> commit = node.Commits.CommitAsync(_appended, _runner.LevelOr(node.Durability), isReader: !hasWritten);
        return commit.IsCompletedSuccessfully
            ? new ValueTask<ShardReply>(Answer(commit.Result, reply, map.Version))
            : Await(commit, reply, map.Version);
    }

    public ValueTask Wake()
    {
        if (_replicated is { } replicated) return replicated.WhenServed();
        if (_refusal is not null) throw _refusal;
        if (Check(maps.Current, 0) != ShardStatus.Done)
            throw new ShardUnavailableException($"shard {_id} is not served by node {node.Id} now");
        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> MoveTo(string nodeId)
    {
        if (_departure is null or { IsCompleted: true })
        {
            if (maps.Current.HomeOf(_id).NextNodeId != nodeId) await maps.Refresh();
            if (_departure is null or { IsCompleted: true } && Check(maps.Current, 0) == ShardStatus.Done
                && maps.Current.HomeOf(_id).NextNodeId == nodeId && nodes.IsAlive(nodeId)) // else the mover asks again
            {
                LogLeaving(_id.Value, nodeId, _shard.Table.Count);
                _departure = Depart(nodeId);
                _departure.Ignore(); // should nobody wait for it
            }
        }

        if (_departure is not { } departure) return false;
        await Task.WhenAny(departure, Task.Delay(MoveWaitMs));
        if (!departure.IsCompleted) return false;
        await departure;
        return true;
    }

    /// <summary>
    /// Orleans' reminder: an idle shard is awake now; it expires what is due, sees to its snapshot, and goes by the newest map.
    /// </summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminderDueMs = ReminderPatience();
        if (!IsServed()) return;
        Expire();
        if (node.Store.Snapshots is { } snapshots) await Task.Run(() => snapshots.SaveWhenDue(_id));
        await maps.Refresh();
        IsServed();
    }

    // Served meanwhile. Once it has stopped, this activation ends, however that went: whether the shard has left is the stored map's to
    // say, and the next one asks it.
    private async Task Depart(string nodeId)
    {
        var departure = new ShardDeparture(_id.Value, _epoch, nodeId, GrainFactory.GetGrain<INodeGrain>(nodeId), node.Store, nodes);
        ShardStatus after = ShardStatus.Retry;
        try
        {
            maps.Offer(await departure.Run(StopServing, _stopping.Token));
            after = ShardStatus.Moved;
            LogGone(_id.Value, nodeId, departure.PausedMs);
        }
        finally
        {
            if (departure.HasStopped)
            {
                End(after);
                DeactivateOnIdle();
            }
        }
    }

    private void StopServing()
    {
        _phase = Phase.Leaving;
        _servedBy = null;
    }

    private ShardTenure NewTenure() => new(_id, node, nodes, maps, GrainFactory, log);

    private async Task Begin(ClusterMap map, uint epoch)
    {
        maps.Offer(map);
        _epoch = epoch;
        if (map.HomeOf(_id).NodeId != node.Id)
        {
            // who called it here had an older map
            End(ShardStatus.Moved);
            return;
        }

        maps.Serve(_id, this);
        ShardTransfer.Begin(node.Store, _id, new Epoch(epoch));
        await state.ReadStateAsync(); // attaches to the shard that this node's recovery, or the move, has brought
        _stopping.Token.ThrowIfCancellationRequested();
        _shard = node.Store.Cells[_id.Value].Shard;
        _lastLsn = _shard.Lsn;
        _appended = node.Store.Appended;
        _phase = Phase.Serving;
        LogServing(_id.Value, _shard.Table.Count, _shard.Lsn.Value, epoch);
    }

    // Whether it may serve (Done), by a map that it has not yet looked at and the epoch that a sender knows; otherwise the answer.
    private ShardStatus Check(ClusterMap map, uint known)
    {
        if (_phase == Phase.Ended) return _endedAs;
        if (_phase != Phase.Serving) return ShardStatus.Retry;
        ShardHome home = map.HomeOf(_id);
        if (home.NodeId != node.Id || !nodes.IsGenuine(map)) return End(ShardStatus.Moved); // or another silo has joined as this node
        if (home.Epoch != _epoch) return End(ShardStatus.Fenced);
        if (known > _epoch)
        {
            RefreshLater().Ignore();
            return ShardStatus.Fenced;
        }

        _servedBy = map;
        return ShardStatus.Done;
    }

    // The next call comes to a new activation, wherever it belongs. Not here at once: calls that wait would be sent round again, and not
    // answered.
    private ShardStatus End(ShardStatus status)
    {
        LogEnded(_id.Value, status, _epoch);
        _phase = Phase.Ended;
        _endedAs = status;
        _servedBy = null;
        return status;
    }

    private void Refuse(ShardUnavailableException refusal)
    {
        _phase = Phase.Refused;
        _refusal = refusal;
        _servedBy = null;
    }

    private async Task Tick()
    {
        if (_phase is Phase.Ended or Phase.Refused)
        {
            DeactivateOnIdle();
            return;
        }

        if (!IsServed())
        {
            if (_replicated is { IsHere: false }) DeactivateOnIdle();
            return;
        }

        Expire();
        if (node.Store.NowMs < _reminderDueMs) return;
        _reminderDueMs = ReminderPatience();
        TimeSpan period = TimeSpan.FromMilliseconds(options.Value.ReminderMs);
        try
        {
            await this.RegisterOrUpdateReminder(ReminderName, period, period);
        }
        catch (Exception failure)
        {
            _reminderDueMs = 0; // asked again at the next tick
            LogNoReminder(_id.Value, failure.Message);
        }
    }

    private bool IsServed() => _replicated?.IsServed ?? Check(maps.Current, 0) == ShardStatus.Done;

    private long ReminderPatience() => node.Store.NowMs + (MissedReminders * (long)options.Value.ReminderMs);

    private void Expire()
    {
        if (!node.Store.Housekeeper.ExpiresActively) return;
        ShardCell cell = node.Store.Cells[_id.Value];
        if (cell.Shard.Table.TtlCount == 0) return;
        while (node.Store.ExpireDue(cell, KeysASlice) == KeysASlice)
        {
            // the next slice; other work gets the lock in between
        }
    }

    private async Task RefreshLater()
    {
        await maps.Refresh();
        Check(maps.Current, 0);
    }

    private ShardReply Answer(bool committed, BatchReply reply, long version)
    {
        if (committed) return new ShardReply(ShardStatus.Done, reply, version, null) { Epoch = _epoch };
        reply.Release();
        return ShardReply.Of(ShardStatus.Unknown, version, node.Store.Journal?.Failure);
    }

    private async ValueTask<ShardReply> Await(ValueTask<bool> commit, BatchReply reply, long version) =>
        Answer(await commit, reply, version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is served here: {Keys} keys, Lsn {Lsn}, epoch {Epoch}")]
    private partial void LogServing(int shard, long keys, long lsn, uint epoch);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} with {Keys} keys goes to node {Node}")]
    private partial void LogLeaving(int shard, string node, long keys);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is on node {Node}; it was not served for {PausedMs:F1} ms")]
    private partial void LogGone(int shard, string node, double pausedMs);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is no longer served here: {Status}; it was in epoch {Epoch}")]
    private partial void LogEnded(int shard, ShardStatus status, uint epoch);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} leaves with effects that are not on the disk: {Problem}")]
    private partial void LogNotCommitted(int shard, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} has no reminder yet: {Problem}")]
    private partial void LogNoReminder(int shard, string problem);
}
