using System.Buffers.Binary;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A whole copy of a leader's store on its way into a follower's. While it comes, entries and the records since wait in two temporary
/// files, and what the follower has is served; <see cref="Load"/> then has it take the place of that, shard by shard
/// (<see cref="ShardImport"/>), and applies the records. A crash before leaves what was here; a crash within it leaves a part, which the
/// lineage says, and the next copy replaces. One thread adds; another one may load meanwhile.
/// </summary>
public sealed class StoreCopy : IDisposable
{
    /// <summary>Records that are applied in one step, bytes.</summary>
    private const int StepBytes = 1024 * 1024;

    private readonly NodeStore _store;
    private readonly SlotMap _map;
    private readonly Lineage _lineage;
    private readonly RecordSpool _entries;
    private readonly RecordSpool _records;
    private readonly Lock _lock = new();
    private readonly StreamFeed _feed;
    private bool _isLevel; // under the lock: what waited is applied

    /// <param name="store">The follower's.</param>
    /// <param name="map">The leader's slot map.</param>
    /// <param name="lineage">The leader's.</param>
    /// <param name="place">The leader's journal offset behind which records come.</param>
    public StoreCopy(NodeStore store, SlotMap map, Lineage lineage, long place)
    {
        (_store, _map, _lineage) = (store, map, lineage);
        _entries = new RecordSpool(store.Files?.Disk, "copy-entries.tmp");
        _records = new RecordSpool(store.Files?.Disk, "copy-records.tmp");
        _feed = new StreamFeed(store, place);
    }

    /// <summary>Goes on with the records behind the copy when <see cref="IsLevel"/>.</summary>
    public StreamFeed Feed => _feed;

    /// <summary>All that waited is applied: records are applied as they come.</summary>
    public bool IsLevel
    {
        get
        {
            lock (_lock) return _isLevel;
        }
    }

    /// <summary>A shard's entries begin: <c>u16 shard | u32 epoch | u64 Lsn | n x epoch start</c>.</summary>
    public void AddShard(ReadOnlySpan<byte> head) => Add(Part.Shard, head);

    /// <summary>A part of the shard's entries, whole.</summary>
    public void AddEntries(ReadOnlySpan<byte> part) => Add(Part.Entries, part);

    /// <summary>The shard's entries are whole: so many.</summary>
    public void EndShard(long entries)
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, entries);
        Add(Part.End, count);
    }

    /// <summary>Records of the stream, which wait until all entries are loaded.</summary>
    public void AddRecords(ReadOnlySpan<byte> records)
    {
        lock (_lock)
        {
            if (_isLevel) _feed.Take(records);
            else _records.Add(records);
        }
    }

    /// <summary>Replaces what is here. Throws what a disk and damaged bytes throw; the store has a part of the keys then.</summary>
    public void Load()
    {
        _store.Links.BeginLoading(_map);
        ShardImport? import = null;
        LogPosition position = default;
        while (Take() is { } part)
        {
            switch (part.Kind)
            {
                case Part.Shard:
                    var id = new ShardId(BinaryPrimitives.ReadUInt16LittleEndian(part.Bytes));
                    EpochStart[] starts = Starts(part.Bytes.AsSpan(2));
                    position = new LogPosition(starts[0].Epoch, starts[0].First);
                    import = ShardImport.BeginReplica(_store, id, position, starts[1..]);
                    break;
                case Part.Entries:
                    import!.AddEntries(part.Bytes);
                    break;
                default:
                    import!.Complete(BinaryPrimitives.ReadInt64LittleEndian(part.Bytes));
                    import.Finish(position);
                    break;
            }
        }

        // With it the manifest has the slot map, and nothing of shards that the leader has not.
        if (_store.Snapshots is { } snapshots && !snapshots.Save()) throw new IOException(snapshots.Status.LastError);
        while (!ApplyWaiting())
        {
            // some at a time: more come meanwhile
        }

        _store.Links.Loaded(_lineage);
    }

    public void Dispose()
    {
        _entries.Dispose();
        lock (_lock) _records.Dispose();
    }

    private bool ApplyWaiting()
    {
        lock (_lock)
        {
            byte[] records = _records.Take(StepBytes);
            if (records.Length > 0) _feed.Take(records);
            else _isLevel = true;
            return _isLevel;
        }
    }

    // u8 kind | u32 length | bytes
    private void Add(Part kind, ReadOnlySpan<byte> bytes)
    {
        var whole = new byte[5 + bytes.Length];
        whole[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(1), bytes.Length);
        bytes.CopyTo(whole.AsSpan(5));
        _entries.Add(whole);
    }

    private (Part Kind, byte[] Bytes)? Take()
    {
        if (_store.Files is null)
        {
            byte[] whole = _entries.Take(0);
            return whole.Length == 0 ? null : ((Part)whole[0], whole[5..]);
        }

        byte[] head = _entries.Take(5);
        if (head.Length == 0) return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
        return ((Part)head[0], length == 0 ? [] : _entries.Take(length));
    }

    private static EpochStart[] Starts(ReadOnlySpan<byte> bytes)
    {
        var starts = new EpochStart[bytes.Length / EpochStart.SizeBytes];
        for (int i = 0; i < starts.Length; i++) starts[i] = EpochStart.Read(bytes[(i * EpochStart.SizeBytes)..]);
        return starts;
    }

    private enum Part : byte
    {
        Shard,
        Entries,
        End,
    }
}
