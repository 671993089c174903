using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The newest records of a whole journal in memory, as its bytes and in its order: what servers that follow this one are sent
/// (docs/adr/0025). A place is a journal offset. One ring serves all followers, so that memory has one bound: who lacks bytes that had to
/// go takes a whole copy. The ring begins and ends between groups. Any thread.
/// </summary>
/// <param name="maxBytes">Room for records.</param>
public sealed class StreamBacklog(int maxBytes)
{
    private const int FirstBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<long> _starts = new(); // of the group commits that are kept: bytes go in these units
    private byte[] _ring = [];
    private long _start = -1; // -1: nothing was ever added
    private long _end;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>End of the last record; 0 before the first one.</summary>
    public long End
    {
        get
        {
            lock (_lock) return _end;
        }
    }

    /// <summary>Bytes that are kept.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_lock) return _start < 0 ? 0 : _end - _start;
        }
    }

    /// <summary>Adds what has been written behind the last addition; whole groups. Copies and returns.</summary>
    public void Add(JournalOffset at, ReadOnlySpan<byte> records)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            if (_start < 0 || at.Value != _end)
            {
                _starts.Clear();
                _start = _end = at.Value;
            }

            if (records.Length > maxBytes)
            {
                _starts.Clear();
                _start = _end = at.Value + records.Length;
            }
            else
            {
                MakeRoom(records.Length);
                _starts.Enqueue(_end);
                CopyIn(records);
            }

            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.TrySetResult();
    }

    /// <summary>Completes when something is behind a place, which the ring need not have any more.</summary>
    public Task WhenBehind(long place)
    {
        lock (_lock) return _end > place ? Task.CompletedTask : _more.Task;
    }

    /// <summary>Whether all that is behind a place is kept, as far as it has been written.</summary>
    public bool Keeps(long place)
    {
        lock (_lock) return _start < 0 || place >= _start;
    }

    /// <summary>
    /// Copies the bytes behind a place, at most as many as there is room for; 0 when there are none yet, and -1 when they had to go.
    /// </summary>
    public int Read(long place, Span<byte> to)
    {
        lock (_lock)
        {
            if (_start < 0 || place >= _end) return 0; // a place that was appended and is not written yet is behind the end
            if (place < _start) return -1;
            int count = (int)Math.Min(to.Length, _end - place);
            CopyOut(place, to[..count]);
            return count;
        }
    }

    /// <summary>
    /// The place from which whoever stands at these positions goes on, so that it misses no record of any shard; null when some are not
    /// kept any more. What it has already of the records behind the place it leaves out.
    /// </summary>
    /// <param name="at">Its position of each shard.</param>
    /// <param name="now">The shards' positions here at some time before the call, all of whose records had been written then.</param>
    /// <param name="end">The place if the ring has nothing.</param>
    public long? PlaceOf(ReadOnlySpan<LogPosition> at, ReadOnlySpan<LogPosition> now, long end)
    {
        lock (_lock)
        {
            var isFound = new bool[at.Length];
            long from = _start < 0 ? end : _end;
            Span<byte> header = stackalloc byte[RecordHeader.SizeBytes];
            for (long place = Math.Max(_start, 0); _start >= 0 && place < _end;)
            {
                CopyOut(place, header);
                RecordHeader record = RecordHeader.Read(header);
                int shard = record.Shard.Value;
                if (record.IsOfAShard && shard < at.Length && !isFound[shard] && record.Position > at[shard])
                {
                    if (BeforeOf(place, record) != at[shard]) return null;
                    isFound[shard] = true;
                    from = Math.Min(from, place);
                }

                place += RecordHeader.SizeBytes + record.Length;
            }

            for (int i = 0; i < at.Length; i++)
            {
                if (!isFound[i] && at[i] != now[i]) return null;
            }

            return from;
        }
    }

    private LogPosition BeforeOf(long place, in RecordHeader record)
    {
        if (record.Kind != EffectKind.EpochBegins) return record.Position with { Lsn = new Lsn(record.Position.Lsn.Value - 1) };
        var body = new byte[record.Length];
        CopyOut(place + RecordHeader.SizeBytes, body);
        return RecordBody.TryRead(Segment.FormatVersion, record.Kind, body, out Effect begins)
            ? RecordOrders.PositionBefore(begins)
            : LogPosition.None;
    }

    private void MakeRoom(int bytes)
    {
        long wanted = _end - _start + bytes;
        if (wanted > _ring.Length && _ring.Length < maxBytes)
            Resize((int)Math.Min(maxBytes, Math.Max(wanted, Math.Max(FirstBytes, _ring.Length * 2L))));
        while (_end - _start + bytes > _ring.Length)
        {
            _starts.Dequeue();
            _start = _starts.TryPeek(out long next) ? next : _end;
        }
    }

    private void Resize(int size)
    {
        var kept = new byte[_end - _start];
        CopyOut(_start, kept);
        _ring = GC.AllocateUninitializedArray<byte>(size);
        _end = _start;
        CopyIn(kept);
    }

    private void CopyIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        int at = (int)(_end % _ring.Length);
        int first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _end += bytes.Length;
    }

    private void CopyOut(long place, Span<byte> to)
    {
        if (to.IsEmpty) return;
        int at = (int)(place % _ring.Length);
        int first = Math.Min(to.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(to);
        _ring.AsSpan(0, to.Length - first).CopyTo(to[first..]);
    }
}
