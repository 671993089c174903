using System.Diagnostics;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Takes snapshots of the whole store, one shard after the other while traffic runs: begin under the shard's lock, visit its entries in
/// small steps, write outside the lock; at the end a new manifest, and the journal that nobody needs any more goes. Shards that did not
/// change keep their files. A cycle that fails leaves everything as it was. One shard alone can be saved, too (<see cref="SaveWhenDue"/>):
/// its row in the manifest changes and no other. A shard that is on its way to another node is waited for. Any thread.
/// Lock order: the cycle, a shard's walker, then that of <see cref="StoreFiles"/>. Who holds a shard's gate takes none of them, who holds
/// the last takes no gate.
/// </summary>
public sealed class SnapshotCycle : IDisposable
{
    /// <summary>Records of one shard that make a snapshot of it alone worth while: replaying as many takes a tenth of a second.</summary>
    private const long ManyRecords = 100_000;

    /// <summary>
    /// Time between cycles that begin because the journal has no room, ms: where one frees nothing, the next would write the same shards
    /// again, and a retry in ten seconds is soon for an operator who has made room.
    /// </summary>
    private const long ReliefMs = 10_000;

    /// <summary>Time between looks whether the store is closing, while a shard is sent to another node, ms.</summary>
    private const int WalkerLookMs = 100;

    private readonly NodeStore _store;
    private readonly StoreFiles _files;
    private readonly StoreOptions _options;
    private readonly Lock _cycle = new();
    private readonly BackgroundThread _thread;
    private volatile SnapshotStatus _status = SnapshotStatus.None;
    private volatile bool _requested;
    private volatile bool _stopping;
    private long _journalAtLast;
    private long _recordsAtLast;
    private long _lastAttemptMs;
    private long _lastReliefMs;

    internal SnapshotCycle(NodeStore store, StoreFiles files, StoreOptions options)
    {
        _store = store;
        _files = files;
        _options = options;
        IntervalMs = options.SnapshotIntervalMs;
        DelayMs = options.SnapshotDelayMs;
        _lastAttemptMs = store.NowMs;
        _journalAtLast = files.Manifest.Shards.Count > 0 ? files.Manifest.Shards.Min(s => s.ReplayFrom) : 0;
        _thread = new BackgroundThread("snapshot", Turn, options.Faults);
        if (options.RunHousekeeper) _thread.Start();
    }

    /// <summary>Time between snapshots, ms; 0: never by time.</summary>
    public long IntervalMs { get; set; }

    /// <summary>Extra rest after each step, ms; from the next snapshot on.</summary>
    public int DelayMs { get; set; }

    public SnapshotStatus Status => _requested ? _status with { IsRunning = true } : _status;

    /// <summary>Journal bytes since the last snapshot: what a start would have to replay.</summary>
    public long JournalBytes => _files.Journal.Appended.Value - Volatile.Read(ref _journalAtLast);

    /// <summary>Changes since the last whole snapshot of this process, or since its start: journal records.</summary>
    public long Changes => _files.Journal.Counters.Records - Volatile.Read(ref _recordsAtLast);

    /// <summary>Starts one in the background; false when one is under way.</summary>
    public bool TryStart()
    {
        if (_status.IsRunning || _requested) return false;
        _requested = true;
        _thread.Wake();
        return true;
    }

    /// <summary>
    /// Takes one now, on this thread and without rests; false with <see cref="SnapshotStatus.LastError"/> when it failed.
    /// </summary>
    public bool Save() => Run(null);

    /// <summary>
    /// Takes a snapshot of one shard, at a rest's pace, if it has many records since its last one, or some while a cycle is overdue. False
    /// when it has not, when a cycle is under way, or when the disk refused (<see cref="SnapshotStatus.LastError"/>).
    /// </summary>
    public bool SaveWhenDue(ShardId id)
    {
        ShardCell cell = _store.Cells[id.Value];
        long records = cell.Shard.Lsn.Value - (_files.RowOf(cell.Index)?.Lsn ?? 0);
        bool isOverdue = IntervalMs > 0 && _store.NowMs - Volatile.Read(ref _lastAttemptMs) >= 2 * IntervalMs;
        if (records <= 0 || (records < ManyRecords && !isOverdue) || !_cycle.TryEnter()) return false;
        try
        {
            if (_stopping || cell.Walker.CurrentCount == 0) return false;
            ManifestShard? before = _files.RowOf(cell.Index);
            (ManifestShard? row, _) = TakeShard(cell, new Pacer(DelayMs));
            if (row is not null) _files.Replace(row, before);
            return row is not null;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            _status = _status with { LastError = failure.Message };
            return false;
        }
        finally
        {
            _cycle.Exit();
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Dispose();
        lock (_cycle)
        {
            // a shard that is saved alone is done with its table now
        }
    }

    /// <summary>Takes one if it is due; returns how long to wait for the next look, ms. The thread's; tests step it themselves.</summary>
    internal int Turn()
    {
        const int LookMs = 500;
        long now = _store.NowMs;
        bool isDue = IntervalMs > 0 && now - _lastAttemptMs >= IntervalMs && JournalBytes > 0;
        bool isRelief = IsRefusedForItsOwn() && now - _lastReliefMs >= ReliefMs;
        if (isRelief) _lastReliefMs = now;
        if (_requested || isDue || isRelief || JournalBytes > _options.MaxJournalBytes) Run(new Pacer(DelayMs));
        return LookMs;
    }

    // Whether writes are refused for want of room while the journal has some that a snapshot would give back.
    private bool IsRefusedForItsOwn() =>
        _files.Journal is { Failure: null, Refusal: not null } journal && journal.Segments.SizeBytes >= journal.MarginBytes;

    private bool Run(Pacer? pacer)
    {
        lock (_cycle)
        {
            long started = Stopwatch.GetTimestamp();
            _status = _status with { IsRunning = true, StartedMs = _store.NowMs };
            _requested = false; // only now: who asks between the two still hears that one is under way
            Volatile.Write(ref _lastAttemptMs, _store.NowMs);
            long records = _files.Journal.Counters.Records;
            try
            {
                if (IsRefusedForItsOwn()) _files.Journal.SealLarge();
                (long bytes, long entries) = TakeAll(pacer);
                Volatile.Write(ref _recordsAtLast, records);
                _status = new SnapshotStatus(false, _status.StartedMs, _store.NowMs,
                    (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, bytes, entries, _status.Taken + 1, null);
                return true;
            }
            catch (Exception failure)
            {
                _status = _status with { IsRunning = false, LastError = failure.Message };
                if (IsExpected(failure)) return false;
                throw; // a defect; the next cycle can be taken nevertheless
            }
        }
    }

    // What the disk does, and a stop.
    private static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or OperationCanceledException or CorruptionException;

    private (long Bytes, long Entries) TakeAll(Pacer? pacer)
    {
        // Before the cells are read: a shard that a rebalance adds meanwhile has no row, and all its records stand behind this offset.
        long begun = _files.Journal.Appended.Value;
        var rows = new List<ManifestShard>();
        long entries = 0;
        try
        {
            foreach (ShardCell cell in _store.Cells) Take(cell);

            // Last: without a row its records are found from the other rows' offsets on, which are all older. So a folder whose host keeps
            // nothing of its own knows no system shard.
            if (_store.System.Shard.Lsn != Lsn.None) Take(_store.System);
        }
        catch
        {
            _files.Forget(rows);
            throw;
        }

        if (rows.Count == 0) return (0, 0);
        rows[0] = rows[0] with { ReplayFrom = Math.Min(begun, rows[0].ReplayFrom) };
        long bytes = _files.ReplaceAll(_store.Map.ToBytes(), rows);
        long replayFrom = rows.Min(r => r.ReplayFrom);
        Volatile.Write(ref _journalAtLast, replayFrom);
        _files.Journal.TruncateBefore(new JournalOffset(replayFrom));
        return (bytes, entries);

        void Take(ShardCell cell)
        {
            (ManifestShard? row, long count) = TakeShard(cell, pacer);
            if (row is null) return;
            rows.Add(row);
            entries += count;
        }
    }

    private (ManifestShard? Row, long Entries) TakeShard(ShardCell cell, Pacer? pacer)
    {
        while (!cell.Walker.Wait(WalkerLookMs))
        {
            if (_stopping) throw new OperationCanceledException("the server is stopping");
        }

        try
        {
            return SaveShard(cell, pacer);
        }
        finally
        {
            cell.Walker.Release();
        }
    }

    // Null for a shard that comes in just now and had no row before: the import names its own.
    private (ManifestShard? Row, long Entries) SaveShard(ShardCell cell, Pacer? pacer)
    {
        Shard shard = cell.Shard;
        SnapshotWriter writer;
        cell.Gate.Enter();
        try
        {
            // Every later record of this shard stands behind this offset: its lock is held.
            JournalOffset replayFrom = _files.Journal.Appended;
            long keys = shard.Table.Count;
            ManifestShard? before = _files.RowOf(cell.Index);
            if (cell.IsLoading) return (before, keys);
            if (keys == 0) return (ManifestShard.Empty(shard, replayFrom.Value), 0);
            if (before is { File: not null } && before.Position == shard.Position)
                return (before with { ReplayFrom = replayFrom.Value }, keys);
            writer = new SnapshotWriter(_files.Disk,
                new SnapshotHeader(shard.Id, shard.Position, replayFrom, _files.StoreId, shard.Epochs.ToArray()));
            shard.Table.BeginSnapshot(writer);
        }
        finally
        {
            cell.Gate.Exit();
        }

        try
        {
            Walk(cell, writer, pacer);
            writer.Complete(pacer is null ? null : () => Rest(pacer));
            return (ManifestShard.Of(writer.Header), writer.Entries);
        }
        catch
        {
            writer.Abandon();
            throw;
        }
        finally
        {
            writer.Dispose();
        }
    }

    // A snapshot in the background ends with a stop, at each of its rests.
    private void Rest(Pacer pacer)
    {
        if (_stopping) throw new OperationCanceledException("the server is stopping");
        pacer.Pause();
    }

    private void Walk(ShardCell cell, SnapshotWriter writer, Pacer? pacer)
    {
        try
        {
            bool done = false;
            while (!done)
            {
                lock (cell.Gate) done = cell.Shard.Table.ContinueSnapshot(Pacer.EntriesAStep);
                if (writer.WaitingBytes > SnapshotFormat.BlockBytes * 2) writer.Drain();
                if (pacer is not null) Rest(pacer);
            }
        }
        finally
        {
            lock (cell.Gate) cell.Shard.Table.EndSnapshot();
        }
    }
}
