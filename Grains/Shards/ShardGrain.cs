using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansKv.Engine;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;
using OrleansKv.Grains.Storage;
using Orleans.Storage;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// A shard's shell: it checks that the shard lives here, has the engine run the batch, and answers when the journal has it. Reentrant: while
/// one batch waits for the disk the next one runs. A turn is the lock between batches; the store's own lock keeps housekeeping out.
/// </summary>
[Reentrant, ShardPlacement, GrainType("orleanskv.shard")]
internal sealed partial class ShardGrain(
    [PersistentState("shard", KvClusterOptions.ShardStorageName)] IPersistentState<ShardState> state,
    KvNode node, ClusterMapCache maps, NodeDirectory nodes, IOptions<KvClusterOptions> options, ILogger<ShardGrain> log)
    : Grain, IShardGrain, IGrainMigrationParticipant, IRemindable
{
    private const string StateKey = "shard";
    private const string ReminderName = "wake";

    /// <summary>Due keys that go in one hold of the shard's lock, about 50 µs.</summary>
    private const int KeysASlice = 64;

    private readonly BatchRunner _runner = new(node.Runner) { Faults = node.Faults };
    private ShardId _id;
    private Shard _shard = null!;
    private Lsn _lastLsn;
    private JournalOffset _appended;
    private string? _leavingTo;
    private byte[]? _arrived;
    private bool _hasReminder;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = new ShardId((ushort)this.GetPrimaryKeyLong());
        ClusterMap map = await maps.Refresh(); // not the cache alone: a copy that moved away must never be served again
        if (!nodes.IsGenuine(map)) throw new ShardUnavailableException($"this silo is not node {node.Id}: it has not joined, or another has");
        if (_id.Value >= map.Homes.Length) throw new ShardUnavailableException($"there is no shard {_id}");
        ShardHome home = map.HomeOf(_id);
        if (home.NodeId != node.Id) await TakeOver(home);
        await state.ReadStateAsync(); // attaches to the shard that this node's recovery, or the move, has brought
        _shard = node.Store.Cells[_id.Value].Shard;
        _lastLsn = _shard.Lsn;
        _appended = node.Store.Appended;
        _arrived = null;
        TimeSpan tick = TimeSpan.FromMilliseconds(options.Value.ExpiryTickMs);
        this.RegisterGrainTimer(static (self, _) => self.Tick(), this, new GrainTimerCreationOptions(tick, tick) { Interleave = true });
        LogServing(_id.Value, _shard.Table.Count, _shard.Lsn.Value);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            if (_leavingTo is null) await state.WriteStateAsync(); // what a clean stop leaves behind is on the disk, whatever the fsync policy
        }
        catch (Exception failure) when (failure is JournalStorageException or InconsistentStateException)
        {
            LogNotCommitted(_id.Value, failure.Message);
        }
    }

    public ValueTask<ShardReply> Run(ShardBatch batch)
    {
        long version = maps.Current.Version;
        if (_leavingTo is not null) return new ValueTask<ShardReply>(ShardReply.Of(ShardStatus.Retry, version));
        _runner.Notifier = node.Notifier();
        _runner.SlowNs = node.SlowNs;
        _lastLsn = _shard.Lsn;
        bool takesWrites = node.Store.Journal?.Failure is null;
        BatchReply? reply = _runner.Run(_id, batch.Bytes, out string? problem);
        if (reply is null) return new ValueTask<ShardReply>(ShardReply.Of(ShardStatus.Refused, version, problem));

        // Readers wait too while a write that they may have seen is not yet safe. What expired under a read is nobody's write: it would expire again.
        bool hasWritten = takesWrites && _runner.HasWritten && _shard.Lsn != _lastLsn;
        if (hasWritten) _appended = node.Store.Appended;
        ValueTask<bool> commit = node.Commits.CommitAsync(_appended, _runner.LevelOr(node.Durability), isReader: !hasWritten);
        return commit.IsCompletedSuccessfully ? new ValueTask<ShardReply>(Answer(commit.Result, reply, version)) : Await(commit, reply, version);
    }

    public ValueTask Wake() => ValueTask.CompletedTask;

    public ValueTask MoveTo(string nodeId)
    {
        if (maps.Current.HomeOf(_id).NextNodeId != nodeId || nodes.Find(nodeId) is not { } silo) return ValueTask.CompletedTask; // the mover asks again
        _leavingTo = nodeId;
        LogLeaving(_id.Value, nodeId, _shard.Table.Count);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        MigrateOnIdle();
        return ValueTask.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_leavingTo is not null) dehydrationContext.AddBytes(StateKey, ShardTransfer.Export(node.Store, _id));
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetBytes(StateKey, out ReadOnlySequence<byte> bytes)) _arrived = bytes.ToArray();
    }

    /// <summary>Orleans' reminder: an idle shard is awake now; expire what is due, and go by the newest map.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Expire();
        await maps.Refresh();
    }

    // The state came in memory from the old home. It counts from when it is on this node's disk and the map says so; before that the old home still has it.
    private async Task TakeOver(ShardHome home)
    {
        if (_arrived is null || home.NextNodeId != node.Id) throw new ShardUnavailableException($"shard {_id} lives on node {home.NodeId}, not on {node.Id}");
        byte[] bytes = _arrived;
        await Task.Run(() => ShardTransfer.Import(node.Store, _id, new Epoch(home.Epoch + 1), bytes));
        ClusterMap map = await GrainFactory.GetGrain<ISlotMapGrain>(0).Arrived(_id.Value, node.Id, home.Epoch + 1);
        maps.Offer(map);
        if (map.HomeOf(_id).NodeId != node.Id) throw new ShardUnavailableException($"shard {_id} was given to node {map.HomeOf(_id).NodeId} meanwhile");
    }

    private async Task Tick()
    {
        Expire();
        if (_hasReminder) return;
        _hasReminder = true;
        TimeSpan period = TimeSpan.FromMilliseconds(options.Value.ReminderMs);
        try
        {
            await this.RegisterOrUpdateReminder(ReminderName, period, period);
        }
        catch (Exception failure)
        {
            _hasReminder = false; // asked again at the next tick
            LogNoReminder(_id.Value, failure.Message);
        }
    }

    private void Expire()
    {
        if (!node.Store.Housekeeper.ExpiresActively || _leavingTo is not null) return;
        ShardCell cell = node.Store.Cells[_id.Value];
        if (cell.Shard.Table.TtlCount == 0) return;
        while (node.Store.ExpireDue(cell, KeysASlice) == KeysASlice)
        {
            // the next slice; other work gets the lock in between
        }
    }

    private ShardReply Answer(bool committed, BatchReply reply, long version)
    {
        if (committed) return new ShardReply(ShardStatus.Done, reply, version, null);
        reply.Release();
        return ShardReply.Of(ShardStatus.Unknown, version, node.Store.Journal?.Failure);
    }

    private async ValueTask<ShardReply> Await(ValueTask<bool> commit, BatchReply reply, long version) => Answer(await commit, reply, version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is served here: {Keys} keys, Lsn {Lsn}")]
    private partial void LogServing(int shard, long keys, long lsn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} with {Keys} keys goes to node {Node}")]
    private partial void LogLeaving(int shard, string node, long keys);

    [LoggerMessage(Level = LogLevel.Error, Message = "Shard {Shard} leaves with effects that are not on the disk: {Problem}")]
    private partial void LogNotCommitted(int shard, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} has no reminder yet: {Problem}")]
    private partial void LogNoReminder(int shard, string problem);
}
