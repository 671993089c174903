using System.Diagnostics;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Takes snapshots of the whole store, one shard after the other while traffic runs: begin under the shard's lock, visit its entries in
/// small steps, write outside the lock; at the end a new manifest, and the journal that nobody needs any more goes. Shards that did not
/// change keep their files. A cycle that fails leaves everything as it was.
/// </summary>
public sealed class SnapshotCycle : IDisposable
{
    private readonly NodeStore _store;
    private readonly JournalLog _journal;
    private readonly StoreFiles _files;
    private readonly StoreOptions _options;
    private readonly Lock _cycle = new();
    private readonly BackgroundThread _thread;
    private volatile SnapshotStatus _status = SnapshotStatus.None;
    private volatile bool _requested;
    private volatile bool _stopping;
    private long _journalAtLast;
    private long _lastAttemptMs;

    internal SnapshotCycle(NodeStore store, JournalLog journal, StoreFiles files, StoreOptions options)
    {
        _store = store;
        _journal = journal;
        _files = files;
        _options = options;
        IntervalMs = options.SnapshotIntervalMs;
        DelayMs = options.SnapshotDelayMs;
        _lastAttemptMs = store.NowMs;
        _journalAtLast = files.Manifest.Shards.Count > 0 ? files.Manifest.Shards.Min(s => s.ReplayFrom) : 0;
        _thread = new BackgroundThread("snapshot", Turn);
        if (options.RunHousekeeper) _thread.Start();
    }

    /// <summary>Time between snapshots, ms; 0: never by time.</summary>
    public long IntervalMs { get; set; }

    /// <summary>Extra rest after each step, ms; from the next snapshot on.</summary>
    public int DelayMs { get; set; }

    public SnapshotStatus Status => _requested ? _status with { IsRunning = true } : _status;

    /// <summary>Journal bytes since the last snapshot: what a start would have to replay.</summary>
    public long JournalBytes => _journal.Appended.Value - Volatile.Read(ref _journalAtLast);

    /// <summary>Starts one in the background; false when one is under way.</summary>
    public bool TryStart()
    {
        if (_status.IsRunning || _requested) return false;
        _requested = true;
        _thread.Nudge();
        return true;
    }

    /// <summary>Takes one now, on this thread and without rests; false with <see cref="SnapshotStatus.LastError"/> when it failed.</summary>
    public bool Save() => Run(null);

    public void Dispose()
    {
        _stopping = true;
        _thread.Dispose();
    }

    private int Turn()
    {
        const int LookMs = 500;
        long now = _store.NowMs;
        bool isDue = IntervalMs > 0 && now - _lastAttemptMs >= IntervalMs && JournalBytes > 0;
        if (_requested || isDue || JournalBytes > _options.MaxJournalBytes) Run(new Pacer(DelayMs));
        return LookMs;
    }

    private bool Run(Pacer? pacer)
    {
        lock (_cycle)
        {
            long started = Stopwatch.GetTimestamp();
            _status = _status with { IsRunning = true, StartedMs = _store.NowMs };
            _requested = false; // only now: who asks between the two still hears that one is under way
            _lastAttemptMs = _store.NowMs;
            try
            {
                (long bytes, long entries) = TakeAll(pacer);
                _status = new SnapshotStatus(false, _status.StartedMs, _store.NowMs, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, bytes, entries, _status.Taken + 1, null);
                return true;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                _status = _status with { IsRunning = false, LastError = failure.Message };
                return false;
            }
        }
    }

    private (long Bytes, long Entries) TakeAll(Pacer? pacer)
    {
        Dictionary<int, ManifestShard> before = _files.Manifest.Shards.ToDictionary(s => s.Id);
        var rows = new List<ManifestShard>();
        long entries = 0;
        foreach (ShardCell cell in _store.Cells)
        {
            (ManifestShard row, long count) = TakeShard(cell, before.GetValueOrDefault(cell.Index), pacer);
            rows.Add(row);
            entries += count;
        }

        // Last: without a row its records are found from the other rows' offsets on, which are all older. So a folder whose host keeps
        // nothing of its own knows no system shard.
        if (_store.System.Shard.Lsn != Lsn.None)
        {
            (ManifestShard row, long count) = TakeShard(_store.System, before.GetValueOrDefault(_store.System.Index), pacer);
            rows.Add(row);
            entries += count;
        }

        _files.Disk.FlushFolder();

        // A snapshot may hold one half of a transaction whose other half is still in the journal alone: it must be on the disk first.
        JournalOffset upTo = _journal.Appended;
        if (!_journal.Commit(upTo, Durability.Always)) throw new IOException(_journal.Failure);

        var manifest = new Manifest(_files.StoreId, _files.Manifest.Sequence + 1, _store.Map.ToBytes(), rows);
        manifest.Save(_files.Disk);
        _files.Manifest = manifest;

        var kept = new HashSet<string?>(rows.Select(r => r.File));
        foreach (ManifestShard old in before.Values)
        {
            if (old.File is not null && !kept.Contains(old.File)) _files.Disk.Delete(old.File);
        }

        long replayFrom = rows.Min(r => r.ReplayFrom);
        Volatile.Write(ref _journalAtLast, replayFrom);
        _journal.TruncateBefore(new JournalOffset(replayFrom));
        return (rows.Sum(r => r.File is null ? 0 : _files.Disk.LengthOf(r.File)), entries);
    }

    private (ManifestShard Row, long Entries) TakeShard(ShardCell cell, ManifestShard? before, Pacer? pacer)
    {
        Shard shard = cell.Shard;
        SnapshotWriter writer;
        cell.Gate.Enter();
        try
        {
            // Every later record of this shard stands behind this offset: its lock is held.
            JournalOffset replayFrom = _journal.Appended;
            long keys = shard.Table.Count;
            if (keys == 0) return (new ManifestShard(cell.Index, null, shard.Epoch.Value, shard.Lsn.Value, replayFrom.Value), 0);
            if (before is not null && before.Lsn == shard.Lsn.Value && before.File is not null) return (before with { ReplayFrom = replayFrom.Value }, keys);
            writer = new SnapshotWriter(_files.Disk, new SnapshotHeader(shard.Id, shard.Epoch, shard.Lsn, replayFrom, _files.StoreId));
            shard.Table.BeginSnapshot(writer);
        }
        finally
        {
            cell.Gate.Exit();
        }

        try
        {
            Walk(cell, writer, pacer);
            string file = writer.Complete();
            SnapshotHeader header = writer.Header;
            return (new ManifestShard(cell.Index, file, header.Epoch.Value, header.Lsn.Value, header.ReplayFrom.Value), writer.Entries);
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

    private void Walk(ShardCell cell, SnapshotWriter writer, Pacer? pacer)
    {
        try
        {
            bool done = false;
            while (!done)
            {
                if (_stopping && pacer is not null) throw new OperationCanceledException("the server is stopping");
                lock (cell.Gate) done = cell.Shard.Table.ContinueSnapshot(Pacer.EntriesAStep);
                if (writer.WaitingBytes > SnapshotFormat.BlockBytes * 2) writer.Drain();
                pacer?.Pause();
            }
        }
        finally
        {
            lock (cell.Gate) cell.Shard.Table.EndSnapshot();
        }
    }
}
