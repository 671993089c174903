using System.Diagnostics;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Takes snapshots of the whole store, one shard after the other while traffic runs: begin under the shard's lock, visit its entries in
/// small steps, write outside the lock; at the end a new manifest, and the journal that nobody needs any more goes. Shards that did not
/// change keep their files. A cycle that fails leaves everything as it was. One shard alone can be saved, too (<see cref="SaveArrival"/>,
/// <see cref="SaveWhenDue"/>): its row in the manifest changes and no other. Any thread.
/// Lock order: the cycle, then the manifest. Who holds a shard's gate takes neither, who holds the manifest takes no gate.
/// </summary>
public sealed class SnapshotCycle : IDisposable
{
    /// <summary>Records of one shard that make a snapshot of it alone worth while: replaying as many takes a tenth of a second.</summary>
    private const long ManyRecords = 100_000;

    private readonly NodeStore _store;
    private readonly JournalLog _journal;
    private readonly StoreFiles _files;
    private readonly StoreOptions _options;
    private readonly Lock _cycle = new();
    private readonly Lock _manifest = new(); // held while one replaces another; short
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

    /// <summary>
    /// Takes a snapshot of one shard, at a rest's pace, if it has many records since its last one, or some while a cycle is overdue. False
    /// when it has not, when a cycle is under way, or when the disk refused (<see cref="SnapshotStatus.LastError"/>).
    /// </summary>
    public bool SaveWhenDue(ShardId id)
    {
        ShardCell cell = _store.Cells[id.Value];
        long records = cell.Shard.Lsn.Value - (RowOf(_files.Manifest, cell.Index)?.Lsn ?? 0);
        bool isOverdue = IntervalMs > 0 && _store.NowMs - Volatile.Read(ref _lastAttemptMs) >= 2 * IntervalMs;
        if (records <= 0 || (records < ManyRecords && !isOverdue) || !_cycle.TryEnter()) return false;
        try
        {
            if (_stopping) return false;
            (ManifestShard row, _) = TakeShard(cell, new Pacer(DelayMs));
            Replace(row);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
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

    /// <summary>
    /// Makes the snapshot of a shard that came from another node, without its table and ahead of a cycle that runs. When it returns, a
    /// recovery finds the shard so; when it throws (<see cref="IOException"/>), as it was or so (a folder's flush can fail when the new
    /// manifest has its name): the shard must not be served here before another one has succeeded.
    /// </summary>
    internal void SaveArrival(ShardId id, Epoch epoch, Lsn lsn, ReadOnlySpan<byte> entries)
    {
        var writer = new SnapshotWriter(_files.Disk, new SnapshotHeader(id, epoch, lsn, _journal.Appended, _files.StoreId));
        try
        {
            SnapshotFormat.ReadBlock("a shard on its way", 0, entries, (key, value, deadline, version) =>
            {
                writer.Add(key, value, deadline, version);
                if (writer.WaitingBytes > SnapshotFormat.BlockBytes * 2) writer.Drain();
            });
            Replace(new ManifestShard(id.Value, writer.Complete(), epoch.Value, lsn.Value, 0));
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

    private static ManifestShard? RowOf(Manifest manifest, int shard) => manifest.Shards.FirstOrDefault(s => s.Id == shard);

    // One shard's row. The journal is read from where it was before: shards that have no row yet are found there. What of it the snapshot has is
    // known by its Lsn; the next cycle moves the offset on.
    private void Replace(ManifestShard row)
    {
        try
        {
            MakeReady();
        }
        catch
        {
            if (row.File is not null) _files.Disk.Delete(row.File); // no manifest can name it; a retry would leave another one
            throw;
        }

        lock (_manifest)
        {
            Manifest before = _files.Manifest;
            if (RowOf(before, row.Id) is { } newer && newer.Lsn > row.Lsn)
            {
                if (row.File is not null) _files.Disk.Delete(row.File);
                return; // the shard came from another node meanwhile
            }

            row = row with { ReplayFrom = before.Shards.Count > 0 ? before.Shards.Min(s => s.ReplayFrom) : 0 };
            Use(new Manifest(_files.StoreId, before.Sequence + 1, before.SlotMap, [.. before.Shards.Where(s => s.Id != row.Id).Append(row).OrderBy(s => s.Id)]), []);
        }
    }

    // What must be on the disk before a manifest names new snapshots: their names, and the journal. A snapshot may hold one half of a transaction
    // whose other half is still in the journal alone.
    private void MakeReady()
    {
        _files.Disk.FlushFolder();
        JournalOffset upTo = _journal.Appended;
        if (!_journal.Commit(upTo, Durability.Always)) throw new IOException(_journal.Failure);
    }

    // Puts a manifest in force and deletes the files that it no longer names. The caller holds _manifest.
    private void Use(Manifest manifest, IEnumerable<string> unwanted)
    {
        Manifest before = _files.Manifest;
        manifest.Save(_files.Disk);
        _files.Manifest = manifest;
        var kept = new HashSet<string?>(manifest.Shards.Select(s => s.File));
        foreach (string file in before.Shards.Select(s => s.File).OfType<string>().Concat(unwanted).Where(f => !kept.Contains(f)))
        {
            try
            {
                _files.Disk.Delete(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // it goes at the next start
            }
        }
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
            Volatile.Write(ref _lastAttemptMs, _store.NowMs);
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
        var rows = new List<ManifestShard>();
        long entries = 0;
        foreach (ShardCell cell in _store.Cells)
        {
            (ManifestShard row, long count) = TakeShard(cell, pacer);
            rows.Add(row);
            entries += count;
        }

        // Last: without a row its records are found from the other rows' offsets on, which are all older. So a folder whose host keeps
        // nothing of its own knows no system shard.
        if (_store.System.Shard.Lsn != Lsn.None)
        {
            (ManifestShard row, long count) = TakeShard(_store.System, pacer);
            rows.Add(row);
            entries += count;
        }

        MakeReady();
        lock (_manifest)
        {
            // A shard that came from another node meanwhile has a row that is newer than the one that this cycle took, and its later records
            // stand behind the offset that this cycle saw.
            Dictionary<int, ManifestShard> now = _files.Manifest.Shards.ToDictionary(s => s.Id);
            List<string> taken = [.. rows.Select(r => r.File).OfType<string>()];
            for (int i = 0; i < rows.Count; i++)
            {
                if (now.TryGetValue(rows[i].Id, out ManifestShard? newer) && newer.Lsn > rows[i].Lsn) rows[i] = newer with { ReplayFrom = rows[i].ReplayFrom };
            }

            Use(new Manifest(_files.StoreId, _files.Manifest.Sequence + 1, _store.Map.ToBytes(), rows), taken);
        }

        long replayFrom = rows.Min(r => r.ReplayFrom);
        Volatile.Write(ref _journalAtLast, replayFrom);
        _journal.TruncateBefore(new JournalOffset(replayFrom));
        return (rows.Sum(r => r.File is null ? 0 : _files.Disk.LengthOf(r.File)), entries);
    }

    private (ManifestShard Row, long Entries) TakeShard(ShardCell cell, Pacer? pacer)
    {
        Shard shard = cell.Shard;
        SnapshotWriter writer;
        cell.Gate.Enter();
        try
        {
            // Every later record of this shard stands behind this offset: its lock is held.
            JournalOffset replayFrom = _journal.Appended;
            long keys = shard.Table.Count;
            ManifestShard? before = RowOf(_files.Manifest, cell.Index);
            if (cell.IsLoading) return (before!, keys);
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
            string file = writer.Complete(pacer is null ? null : pacer.Pause);
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
