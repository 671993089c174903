using OrleansKv.Protocol;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The newest records of one shard in memory, as the bytes of its journal: a replica that lags, or that was given a copy of the state,
/// catches up from here. Its room grows with what it keeps; at the bound the oldest records go where a new one needs their room. A record's
/// place follows from its Lsn, for Lsns are dense: a look-up costs the same however many there are. Any thread.
/// </summary>
/// <param name="maxBytes">
/// Room for records. One that is longer makes all before it go, and is kept until as many bytes have come behind it.
/// </param>
/// <param name="start">The position behind which it begins.</param>
public sealed class ShardTail(int maxBytes, LogPosition start)
{
    /// <summary>First room for records, bytes: of 16,384 shards that somebody follows most are idle.</summary>
    private const int FirstBytes = 4 * 1024;

    private const int FirstRecords = 64;

    private readonly Lock _lock = new();
    private Kept[] _records = []; // a ring of a power of two: the oldest at _first, each follows the one before
    private int _first;
    private int _count;
    private byte[] _ring = [];
    private long _end; // bytes that were added in all; a byte stands at its number modulo the ring's length
    private LogPosition _before = start; // the position before the oldest of them
    private LogPosition _last = start;

    /// <summary>Bytes of the records that are kept.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_lock) return KeptBytes;
        }
    }

    /// <summary>Position of the newest record.</summary>
    public LogPosition Last
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    private long KeptBytes => _count == 0 ? 0 : _end - _records[_first].At;

    /// <summary>
    /// Adds a record. One that does not follow the last one (the shard came from another node meanwhile) makes all before it go.
    /// </summary>
    /// <param name="before">The position that it follows.</param>
    /// <param name="position">Its own.</param>
    /// <param name="continues">Whether the shard's next record belongs to the same group.</param>
    /// <param name="record">Its bytes.</param>
    public void Add(LogPosition before, LogPosition position, bool continues, ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            if (before != _last) Forget(before);
            if (record.Length > maxBytes) Replace(before, (long)record.Length + maxBytes);
            else MakeRoom(record.Length);
            if (_count == _records.Length) GrowRecords();
            _records[(_first + _count++) & (_records.Length - 1)] = new Kept(position, _end, record.Length, continues);
            CopyIn(record);
            _last = position;
        }
    }

    /// <summary>
    /// A copy of the records behind a position: as many whole groups as bring it to <paramref name="wantedBytes"/>, or all that there are;
    /// empty behind the last one. Null when it is not known what followed the position: it is older than what is kept, or of another past.
    /// </summary>
    /// <param name="after">The position.</param>
    /// <param name="wantedBytes">So many bytes are enough.</param>
    /// <param name="arena">Has room for the copy.</param>
    /// <param name="last">Position of the last of them, or <paramref name="after"/>.</param>
    public ReadOnlyMemory<byte>? Read(LogPosition after, int wantedBytes, RecordArena arena, out LogPosition last) =>
        Read(after, LogPosition.MaxValue, wantedBytes, arena, out last);

    /// <summary>The same of the records up to a position.</summary>
    public ReadOnlyMemory<byte>? Read(LogPosition after, LogPosition upTo, int wantedBytes, RecordArena arena, out LogPosition last)
    {
        last = after;
        lock (_lock)
        {
            if (IndexOf(after) is not { } index) return null;
            long from = -1, end = -1;
            for (int i = index + 1; i < _count; i++)
            {
                ref readonly Kept record = ref RecordAt(i);
                if (record.Position > upTo) break;
                if (from < 0) from = end = record.At;
                if (record.Continues) continue; // nothing of a group whose end is not there
                end = record.At + record.SizeBytes;
                last = record.Position;
                if (end - from >= wantedBytes) break;
            }

            Memory<byte> copy = arena.Rent((int)(end - from));
            CopyOut(from, copy.Span);
            return copy;
        }
    }

    /// <summary>Whether it is known what followed a position, or that nothing has yet.</summary>
    public bool Has(LogPosition position)
    {
        lock (_lock) return IndexOf(position) is not null;
    }

    /// <summary>Bytes of the records behind a position, up to another one; 0 where it is not known what followed the first.</summary>
    public long BytesBetween(LogPosition after, LogPosition upTo)
    {
        lock (_lock)
        {
            if (IndexOf(after) is not { } first || first + 1 == _count) return 0;
            // Positions grow with the index: the last record that is not behind the other position.
            int low = first, high = _count - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                if (RecordAt(middle).Position <= upTo) low = middle;
                else high = middle - 1;
            }

            return low == first ? 0 : RecordAt(low).At + RecordAt(low).SizeBytes - RecordAt(first + 1).At;
        }
    }

    /// <summary>
    /// The records behind the last ones that were taken, as many whole groups as bring them to <paramref name="wantedBytes"/>, or all that
    /// there are; they are kept no longer. Null when some were lost for want of room. <paramref name="last"/> is the position of the last
    /// one that was ever taken.
    /// </summary>
    public byte[]? Take(int wantedBytes, ref LogPosition last)
    {
        lock (_lock)
        {
            if (last != _before) return null;
            long from = _end, end = _end;
            while (_count > 0)
            {
                Kept record = RecordAt(0);
                DropOldest();
                from = Math.Min(from, record.At);
                end = record.At + record.SizeBytes;
                last = record.Position;
                if (end - from >= wantedBytes && !record.Continues) break;
            }

            return CopyOut(from, end);
        }
    }

    // Of the record at a position, -1 for the one before the oldest; null when neither is kept.
    private int? IndexOf(LogPosition position)
    {
        long index = position.Lsn.Value - _before.Lsn.Value - 1;
        if (index < -1 || index >= _count || (index < 0 ? _before : RecordAt((int)index).Position) != position) return null;
        return (int)index;
    }

    private ref readonly Kept RecordAt(int index) => ref _records[(_first + index) & (_records.Length - 1)];

    private void DropOldest()
    {
        _before = RecordAt(0).Position;
        _first = (_first + 1) & (_records.Length - 1);
        _count--;
    }

    private void Forget(LogPosition before)
    {
        _count = 0;
        _before = _last = before;
    }

    private void MakeRoom(int bytes)
    {
        long wanted = KeptBytes + bytes;
        if (wanted > _ring.Length && _ring.Length < maxBytes)
            ResizeRing(Math.Min(maxBytes, Math.Max(wanted, Math.Max(FirstBytes, _ring.Length * 2L))));
        while (_count > 0 && KeptBytes + bytes > (RecordAt(0).SizeBytes > maxBytes ? _ring.Length : maxBytes)) DropOldest();
        if (_ring.Length > maxBytes && KeptBytes + bytes <= maxBytes) ResizeRing(maxBytes); // the long record has gone
    }

    private void Replace(LogPosition before, long size)
    {
        Forget(before);
        _ring = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, Array.MaxLength));
    }

    private void ResizeRing(long size)
    {
        long from = _end - KeptBytes;
        byte[] kept = CopyOut(from, _end);
        _ring = GC.AllocateUninitializedArray<byte>((int)size);
        _end = from;
        CopyIn(kept);
    }

    private void GrowRecords()
    {
        var grown = new Kept[Math.Max(FirstRecords, _records.Length * 2)];
        for (int i = 0; i < _count; i++) grown[i] = RecordAt(i);
        _records = grown;
        _first = 0;
    }

    private void CopyIn(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty) return;
        int at = (int)(_end % _ring.Length);
        int first = Math.Min(record.Length, _ring.Length - at);
        record[..first].CopyTo(_ring.AsSpan(at));
        record[first..].CopyTo(_ring);
        _end += record.Length;
    }

    private byte[] CopyOut(long from, long end)
    {
        if (from == end) return [];
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)(end - from));
        CopyOut(from, bytes);
        return bytes;
    }

    private void CopyOut(long from, Span<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        int at = (int)(from % _ring.Length);
        int first = Math.Min(bytes.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - first).CopyTo(bytes[first..]);
    }

    private readonly record struct Kept(LogPosition Position, long At, int SizeBytes, bool Continues);
}
