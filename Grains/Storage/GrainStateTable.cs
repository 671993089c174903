using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// States as bytes in a store's system shard, changed only from the version that the caller knows. Nothing is answered before it is as safe
/// as asked: a read waits for the change that it shows, so that no state is seen that a crash could take back.
/// Any thread; waits are asynchronous, the shard's lock is held for the change alone.
/// </summary>
internal sealed class GrainStateTable
{
    private readonly NodeStore _store;
    private readonly CommitQueue _commits;
    private readonly SafeVersions _safe;
    private readonly OperationGate _gate = new();

    /// <param name="store">Opened; closed by its owner after <see cref="CloseAsync"/>.</param>
    /// <param name="commits">Commits of the store's journal.</param>
    public GrainStateTable(NodeStore store, CommitQueue commits)
    {
        _store = store;
        _commits = commits;
        ShardCell cell = store.EnterSystem();
        // What recovery found is on the disk: JournalLog.Continue flushes it. A store that has been running has it from its journal.
        _safe = new SafeVersions(store.Journal is { } journal && journal.Synced < journal.Appended ? Lsn.None : cell.Shard.Lsn);
        store.Exit(cell);
        MaxValueBytes = (int)Math.Min(int.MaxValue, (store.Journal?.MarginBytes ?? int.MaxValue) / 2);
    }

    /// <summary>Largest value: half of what the journal has claimed ahead, so that no write can meet a full disk half-way.</summary>
    public int MaxValueBytes { get; }

    public NodeStore Store => _store;

    public async ValueTask<StoredState> ReadAsync(byte[] key, Durability level)
    {
        Enter();
        try
        {
            StoredState found = Find(key, out Lsn newest, out JournalOffset upTo);
            return await MakeSafe(newest, upTo, level).ConfigureAwait(false) ? found : Unknown(found.Version);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>
    /// Writes a whole value if the stored version is <paramref name="expected"/> (<see cref="LogPosition.None"/>: if there is none).
    /// </summary>
    public ValueTask<StoredState> WriteAsync(byte[] key, LogPosition expected, ReadOnlyMemory<byte> value, Durability level) =>
        ChangeAsync(key, expected, value, isDelete: false, level);

    /// <summary>Deletes a value if the stored version is <paramref name="expected"/>; nothing happens when both are none.</summary>
    public ValueTask<StoredState> DeleteAsync(byte[] key, LogPosition expected, Durability level) =>
        ChangeAsync(key, expected, default, isDelete: true, level);

    /// <summary>Makes everything that is in the journal as safe as asked; the reason when it has failed.</summary>
    public async ValueTask<string?> CommitAllAsync(Durability level)
    {
        Enter();
        try
        {
            return await _commits.CommitAsync(_store.Appended, level).ConfigureAwait(false) ? null : Failure;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Refuses what comes and waits for what runs.</summary>
    public Task CloseAsync() => _gate.CloseAsync();

    private string Failure => _store.Journal?.Failure ?? "the journal has failed";

    private async ValueTask<StoredState> ChangeAsync(
        byte[] key, LogPosition expected, ReadOnlyMemory<byte> value, bool isDelete, Durability level)
    {
        Enter();
        try
        {
            StoredState? change;
            JournalOffset upTo;
            while ((change = TryChange(key, expected, value.Span, isDelete, out upTo)) is null)
            {
                // So much is on its way already that the room claimed ahead might not hold this too.
                await _commits.CommitAsync(upTo, Durability.No).ConfigureAwait(false);
            }

            if (change.Value.Outcome != StateOutcome.Done) return change.Value;
            LogPosition version = change.Value.Version;
            if (!await MakeSafe(version.Lsn, upTo, level).ConfigureAwait(false)) return Unknown(version);
            return isDelete ? change.Value with { Version = LogPosition.None } : change.Value;
        }
        finally
        {
            _gate.Leave();
        }
    }

    // Null when it must be tried again after a commit of upTo.
    private StoredState? TryChange(byte[] key, LogPosition expected, ReadOnlySpan<byte> value, bool isDelete, out JournalOffset upTo)
    {
        KeyRef reference = KeyRef.Of(key, _store.HashSeed);
        long nowMs = _store.NowMs;
        ShardCell cell = _store.EnterSystem();
        try
        {
            Shard shard = cell.Shard;
            upTo = _store.Appended;
            EntryRef entry = shard.Find(reference, nowMs);
            LogPosition stored = entry.IsNone ? LogPosition.None : shard.VersionOf(entry);
            // After a failure of the journal it is not known what is stored.
            if (_store.Journal?.Failure is { } failure) return new StoredState(StateOutcome.Refused, stored, Reason: failure);
            if (!shard.HasVersion(reference, expected, nowMs)) return new StoredState(StateOutcome.Stale, stored);
            if (_store.WriteRefusal is { } refusal) return new StoredState(StateOutcome.Refused, stored, Reason: refusal);
            if (isDelete && entry.IsNone) return new StoredState(StateOutcome.Done, shard.Position);
            if (!HasRoom(upTo, key.Length + value.Length)) return null;
            if (isDelete) shard.Delete(reference, nowMs);
            else shard.Set(reference, value, 0, nowMs);
            upTo = _store.Appended;
            return new StoredState(StateOutcome.Done, shard.Position);
        }
        finally
        {
            _store.Exit(cell);
        }
    }

    // What waits to be written is written with one call: it must fit the margin, whatever others append meanwhile
    // (JournalOptions.MarginBytes).
    private bool HasRoom(JournalOffset appended, int bytes)
    {
        long waiting = _store.Journal is { } journal ? appended.Value - journal.Written.Value : 0;
        return waiting <= 0 || waiting + bytes <= MaxValueBytes;
    }

    // Newest: the Lsn that must be safe before the answer may be seen.
    private StoredState Find(byte[] key, out Lsn newest, out JournalOffset upTo)
    {
        KeyRef reference = KeyRef.Of(key, _store.HashSeed);
        ShardCell cell = _store.EnterSystem();
        try
        {
            Shard shard = cell.Shard;
            upTo = _store.Appended;
            EntryRef entry = shard.Find(reference, _store.NowMs);
            if (entry.IsNone)
            {
                newest = shard.Lsn; // it may have been deleted by the last record
                return new StoredState(StateOutcome.Done, LogPosition.None);
            }

            newest = shard.Table.VersionOf(entry);
            return new StoredState(StateOutcome.Done, shard.VersionOf(entry), shard.Table.ValueOf(entry).ToArray());
        }
        finally
        {
            _store.Exit(cell);
        }
    }

    private async ValueTask<bool> MakeSafe(Lsn version, JournalOffset upTo, Durability level)
    {
        if (_safe.Covers(level, version)) return true;
        if (!await _commits.CommitAsync(upTo, level).ConfigureAwait(false)) return false;
        _safe.Raise(level, version);
        return true;
    }

    private StoredState Unknown(LogPosition version) => new(StateOutcome.Unknown, version, Reason: Failure);

    private void Enter()
    {
        if (!_gate.TryEnter()) throw new JournalStorageException("the grain storage's data folder is closed: the silo is stopping");
    }
}
