using OrleansKv.Protocol;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The newest records of one shard in memory, as the bytes of its journal: a replica that lags, or that was given a copy of the state,
/// catches up from here. The oldest go where a new one needs their room. Any thread.
/// </summary>
/// <param name="maxBytes">Room for records; one that is longer leaves the tail empty behind it.</param>
/// <param name="start">The position behind which it begins.</param>
public sealed class ShardTail(int maxBytes, LogPosition start)
{
    private readonly Lock _lock = new();
    private readonly Queue<Kept> _records = new(); // oldest first, each of them follows the one before
    private byte[] _ring = [];
    private long _end; // bytes that were added in all; a byte stands at its number modulo the ring's length
    private LogPosition _before = start; // the position before the oldest of them
    private LogPosition _last = start;

    /// <summary>Bytes of the records that are kept.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_lock) return _records.TryPeek(out Kept oldest) ? _end - oldest.At : 0;
        }
    }

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
            if (record.Length > maxBytes)
            {
                Forget(position);
                return;
            }

            if (_ring.Length == 0) _ring = GC.AllocateUninitializedArray<byte>(maxBytes);
            while (_records.TryPeek(out Kept oldest) && _end + record.Length - oldest.At > maxBytes) _before = _records.Dequeue().Position;
            _records.Enqueue(new Kept(position, _end, record.Length, continues));
            CopyIn(record);
            _last = position;
        }
    }

    /// <summary>
    /// A copy of the records behind a position: as many whole groups as bring it to <paramref name="wantedBytes"/>, or all that there are;
    /// empty behind the last one. Null when it is not known what followed the position: it is older than what is kept, or of another past.
    /// </summary>
    public byte[]? Read(LogPosition after, int wantedBytes)
    {
        lock (_lock)
        {
            bool isFound = after == _before;
            long from = _end, end = _end;
            foreach (Kept record in _records)
            {
                if (isFound)
                {
                    from = Math.Min(from, record.At);
                    if (record.At + record.SizeBytes - from < wantedBytes || record.Continues) continue;
                    end = record.At + record.SizeBytes;
                    break;
                }

                isFound = record.Position == after;
            }

            return isFound ? CopyOut(from, end) : null;
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
            while (_records.TryDequeue(out Kept record))
            {
                from = Math.Min(from, record.At);
                end = record.At + record.SizeBytes;
                last = _before = record.Position;
                if (end - from >= wantedBytes && !record.Continues) break;
            }

            return CopyOut(from, end);
        }
    }

    private void Forget(LogPosition before)
    {
        _records.Clear();
        _before = _last = before;
    }

    private void CopyIn(ReadOnlySpan<byte> record)
    {
        int at = (int)(_end % _ring.Length);
        int first = Math.Min(record.Length, _ring.Length - at);
        record[..first].CopyTo(_ring.AsSpan(at));
        record[first..].CopyTo(_ring);
        _end += record.Length;
    }

    private byte[] CopyOut(long from, long end)
    {
        if (from == end) return [];
        var bytes = new byte[end - from];
        int at = (int)(from % _ring.Length);
        int first = Math.Min(bytes.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - first).CopyTo(bytes.AsSpan(first));
        return bytes;
    }

    private readonly record struct Kept(LogPosition Position, long At, int SizeBytes, bool Continues);
}
