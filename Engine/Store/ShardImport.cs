using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A shard's state on its way into a store, from a <see cref="ShardExport"/> of another one. Entries become a snapshot file, records that
/// come meanwhile wait in a file of their own; <see cref="Complete"/> has the manifest name the snapshot, loads it and applies the records,
/// and from then on they are applied as they come; <see cref="Finish"/> says that all is here and on the disk. The shard is not served here
/// before <see cref="ShardTransfer.Begin"/>. A failure or a crash at any point leaves the copy of before (which the beginning empties in
/// memory), or this one. Parts come one after the other; <see cref="Complete"/> may run beside records. Any thread.
/// </summary>
public sealed class ShardImport : IDisposable
{
    /// <summary>Entries that are loaded under one hold of the shard's lock, about 0.3 ms.</summary>
    private const int EntriesAHold = 1024;

    /// <summary>Records that are read back in one step, bytes.</summary>
    private const int StepBytes = 1024 * 1024;

    private const int ChecksumBytes = sizeof(uint);

    private readonly NodeStore _store;
    private readonly ShardCell _cell;
    private readonly ShardId _id;
    private readonly bool _replaces; // what is here stays until the whole is here
    private readonly LogPosition _position;
    private readonly EpochStart[] _epochs;
    private readonly Lock _records = new(); // after the cell's arrival lock
    private readonly RecordSpool _spool;
    private readonly SnapshotWriter? _writer; // null for a store in memory only: entries go to the table at once
    private readonly ArrayBufferWriter<byte> _rest = new(); // under _records: a record or a group whose end has not come yet
    private long _entries;
    private bool _isLevel; // under _records: what waited is applied
    private volatile bool _isOver;
    private volatile bool _hasFailed;

    private ShardImport(NodeStore store, ShardCell cell, LogPosition position, EpochStart[] epochs, bool replaces)
    {
        _replaces = replaces;
        _store = store;
        _cell = cell;
        _id = cell.Shard.Id;
        _position = position;
        _epochs = epochs;
        if (store.Files is { } files)
            _writer = new SnapshotWriter(files.Disk, new SnapshotHeader(_id, position, store.Appended, files.StoreId, epochs));
        _spool = new RecordSpool(store.Files?.Disk, $"arrival-{_id.Value:D4}.tmp");
    }

    /// <summary>Position of the last record that is applied here.</summary>
    public LogPosition Reached
    {
        get
        {
            lock (_cell.Gate) return _cell.Shard.Position;
        }
    }

    /// <summary>
    /// Begins; what the store has of the shard goes from memory, and an import that is under way is over. Throws
    /// <see cref="InvalidOperationException"/> when the store has the shard in the epoch in which it is to be served here or a later one,
    /// and
    /// <see cref="IOException"/> when the disk refuses.
    /// </summary>
    /// <param name="store">The receiver's.</param>
    /// <param name="id">The shard.</param>
    /// <param name="tenure">The epoch in which it is to be served here.</param>
    /// <param name="position">The export's.</param>
    /// <param name="epochs">The export's.</param>
    public static ShardImport Begin(NodeStore store, ShardId id, Epoch tenure, LogPosition position, EpochStart[] epochs)
    {
        return Begin(store, id, position, epochs, replaces: false, shard =>
        {
            if (shard.Epoch >= tenure)
                throw new InvalidOperationException($"shard {id} comes in epoch {tenure}, this node has it in epoch {shard.Epoch}");
            shard.Forget();
        });
    }

    /// <summary>
    /// The same for a replica: what it has may have been acknowledged, so it stays, and is what a restart finds, until
    /// <see cref="Complete"/> replaces it by a state that goes as far. A store in memory only forgets at once.
    /// </summary>
    public static ShardImport BeginReplica(NodeStore store, ShardId id, LogPosition position, EpochStart[] epochs)
    {
        bool replaces = store.Files is not null;
        return Begin(store, id, position, epochs, replaces, shard =>
        {
            if (replaces) return;
            shard.Forget();
            shard.Restore(LogPosition.None, default);
        });
    }

    // What is done to the shard before, it is done under its gate.
    private static ShardImport Begin(
        NodeStore store, ShardId id, LogPosition position, EpochStart[] epochs, bool replaces, Action<Shard> before)
    {
        if (store.WriteRefusal is { } refusal) throw new IOException($"shard {id} is not taken: {refusal}");
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Arrival)
        {
            ObjectDisposedException.ThrowIf(cell.IsClosed, store);
            cell.Import?.End();
            lock (cell.Gate)
            {
                before(cell.Shard);
                store.Memory.Count(cell);
            }

            return cell.Import = new ShardImport(store, cell, position, epochs, replaces);
        }
    }

    /// <summary>Takes a part of the entries. Throws <see cref="InvalidDataException"/> when it is damaged.</summary>
    public void AddEntries(ReadOnlySpan<byte> part)
    {
        lock (_cell.Arrival)
        {
            ThrowIfOver();
            if (part.Length < ChecksumBytes || BinaryPrimitives.ReadUInt32LittleEndian(part) != Checksum.Of(part[ChecksumBytes..]))
                throw new InvalidDataException($"shard {_id} was damaged on its way: a checksum does not match");
            if (_writer is { } writer)
            {
                _entries += Read(part[ChecksumBytes..], writer.Add);
                if (writer.WaitingBytes > SnapshotFormat.BlockBytes * 2) writer.Drain();
                return;
            }

            lock (_cell.Gate)
            {
                _entries += Read(part[ChecksumBytes..], Restore);
                _store.Memory.Count(_cell);
            }
        }
    }

    /// <summary>
    /// Takes records, of which the last may not be whole. Throws <see cref="InvalidDataException"/> when they do not follow.
    /// </summary>
    public void AddRecords(ReadOnlySpan<byte> records)
    {
        lock (_records)
        {
            ThrowIfOver();
            if (_isLevel) Apply(records);
            else _spool.Add(records);
        }
    }

    /// <summary>
    /// All entries have come. Throws <see cref="InvalidDataException"/> when their number is another, and <see cref="IOException"/> when
    /// the disk refuses.
    /// </summary>
    public void Complete(long entries)
    {
        lock (_cell.Arrival)
        {
            ThrowIfOver();
            if (entries != _entries) throw new InvalidDataException($"shard {_id} has {entries} entries, {_entries} have come");
            if (_writer is { } writer)
            {
                writer.Complete();
                lock (_cell.Gate) _cell.IsLoading = true; // before the manifest names it: a cycle must not save the empty table
                bool isNamed = false;
                try
                {
                    // What the journal has of the shard until now is of the copy that is replaced.
                    _store.Files!.Replace(ManifestShard.Of(writer.Header) with { RecordsFrom = _store.Appended.Value });
                    isNamed = true;
                    Load(writer.Header);
                    isNamed = false;
                }
                finally
                {
                    // One that could not be loaded stays so: the disk has the whole of it, which no cycle must replace by what is here.
                    lock (_cell.Gate) _cell.IsLoading = isNamed;
                }
            }
            else
            {
                lock (_cell.Gate) _cell.Shard.Restore(_position, _epochs);
            }

            lock (_cell.Gate) _cell.Shard.Follow();
            ApplyWaiting();
            // So that little is left for Finish.
            if (!_store.Commit(_store.Appended, Durability.Always)) throw new IOException(_store.Journal!.Failure);
        }
    }

    /// <summary>
    /// All records have come: the last one stands at this position, and everything is on the disk when this returns. Throws
    /// <see cref="InvalidDataException"/> when it is another one, and <see cref="IOException"/> when the disk refuses.
    /// </summary>
    public void Finish(LogPosition last)
    {
        lock (_cell.Arrival)
        {
            ThrowIfOver();
            lock (_records)
            {
                if (Reached != last || _rest.WrittenCount > 0)
                    throw new InvalidDataException($"shard {_id} ends at {last}, but here at {Reached}");
            }

            if (!_store.Commit(_store.Appended, Durability.Always)) throw new IOException(_store.Journal!.Failure);
            End();
        }
    }

    /// <summary>Gives it up, unless it has been finished. What has come stays until it is replaced or dropped, and is not served.</summary>
    public void Dispose()
    {
        lock (_cell.Arrival) End();
    }

    /// <summary>The same for who has the cell's arrival lock.</summary>
    internal void End()
    {
        Debug.Assert(_cell.Arrival.IsHeldByCurrentThread);
        if (_isOver) return;
        _isOver = true;
        if (ReferenceEquals(_cell.Import, this)) _cell.Import = null;
        try
        {
            _writer?.Abandon();
            _writer?.Dispose();
            lock (_records) _spool.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file of it is left that nobody reads; the next start deletes it.
        }
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_cell.IsClosed, _store);
        if (_isOver) throw new InvalidOperationException($"shard {_id} comes anew");
        if (_hasFailed) throw new InvalidOperationException($"records of shard {_id} could not be taken; it has to come anew");
    }

    private long Read(ReadOnlySpan<byte> entries, SnapshotEntryReader visit) =>
        SnapshotFormat.ReadBlock("a shard on its way", 0, SnapshotHeader.FormatVersion, entries, visit);

    private void Restore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version) =>
        _cell.Shard.RestoreEntry(KeyRef.Of(key, _store.HashSeed), value, deadlineMs, version, _store.NowMs);

    // In slices: a shard may have millions of entries, and others (housekeeping, snapshots) want every shard's lock now and then.
    private void Load(in SnapshotHeader header)
    {
        using var file = new FileWindow(_store.Files!.Disk, header.Name);
        _cell.Gate.Enter();
        try
        {
            if (_replaces) _cell.Shard.Forget();
            _cell.Shard.Restore(_position, _epochs);
            int loaded = 0;
            SnapshotFormat.ReadEntries(file, header, (key, value, deadline, version) =>
            {
                Restore(key, value, deadline, version);
                if (++loaded % EntriesAHold != 0) return;
                _store.Memory.Count(_cell);
                _cell.Gate.Exit();
                _cell.Gate.Enter();
            });
        }
        catch
        {
            _cell.Shard.Table.Clear(); // a part of it; the whole is on the disk, and at the old home
            throw;
        }
        finally
        {
            _store.Memory.Count(_cell);
            _cell.Gate.Exit();
        }
    }

    private void ApplyWaiting()
    {
        while (true)
        {
            lock (_records)
            {
                byte[] records = _spool.Take(StepBytes);
                if (records.Length == 0)
                {
                    _isLevel = true;
                    return;
                }

                Apply(records);
            }
        }
    }

    private void Apply(ReadOnlySpan<byte> records)
    {
        Debug.Assert(_records.IsHeldByCurrentThread);
        bool hasRest = _rest.WrittenCount > 0;
        if (hasRest)
        {
            _rest.Write(records);
            records = _rest.WrittenSpan;
        }

        _hasFailed = true; // until it has not: what has been taken of these records is not known then
        RecordOrder order = ReplicaFeed.Take(_store, _id, records, out int taken);
        if (order != RecordOrder.Next)
            throw new InvalidDataException($"records of shard {_id} do not follow {Reached}: {order}");
        _hasFailed = false;
        if (hasRest && taken == 0) return;
        byte[] rest = records[taken..].ToArray();
        _rest.ResetWrittenCount();
        _rest.Write(rest);
    }
}
