using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The write-ahead log of a node, shared by all its shards. Appending encodes into memory and fails only for a group that an array cannot
/// hold; <see cref="Commit"/> writes what all have appended with one call (group commit: one caller works, the others find it done). A
/// failed write or flush poisons the journal: it refuses every later commit, and only recovery opens it again, for nobody knows what the
/// disk holds then. A full disk is met earlier, by claiming room ahead: <see cref="Refusal"/> asks hosts to refuse writes until there is
/// room again. The files are <see cref="SegmentWriter"/>'s. Invariant: synced &lt;= written &lt;= appended; what is between the last two is
/// pending. Lock order: append before nothing; write before append; flush last. Any thread.
/// </summary>
public sealed class JournalLog : IEffectLog, IDisposable
{
    private const int InitialBytes = 256 * 1024;

    // A buffer that a burst made larger than this is not kept.
    private const int KeptBytes = 4 * 1024 * 1024;

    private const int None = -1;

    private readonly Lock _append = new();
    private readonly Lock _write = new();
    private readonly Lock _flush = new();
    private readonly IDisk _disk;
    private readonly TimeProvider _time;
    private readonly long _maxPendingBytes;

    // Under _append.
    private byte[] _pending = GC.AllocateUninitializedArray<byte>(InitialBytes);
    private int _pendingLength;
    private int _groupDepth; // a group inside another one is a part of it
    private int _lastRecordAt = None; // of the group, in the pending bytes
    private readonly int[] _lastRecordOf = NewLastRecords(); // by shard; of the group, in the pending bytes
    private readonly List<ShardId> _groupShards = [];

    // Under _write.
    private readonly SegmentWriter _segments;
    private byte[] _writing = GC.AllocateUninitializedArray<byte>(InitialBytes);

    private long _appended;
    private long _written;
    private long _synced;
    private volatile string? _failure;

    private JournalLog(IDisk disk, TimeProvider time, JournalOptions options, SegmentWriter segments)
    {
        _maxPendingBytes = options.MaxPendingBytes;
        _disk = disk;
        _time = time;
        _segments = segments;
        _appended = _written = _synced = segments.End.Value;
    }

    public JournalCounters Counters { get; } = new();

    /// <summary>Is shown every record once the kernel has it; null for nobody. Set once, before traffic.</summary>
    public IRecordSink? Sink { get; set; }

    /// <summary>End of what anybody has appended.</summary>
    public JournalOffset Appended => new(Volatile.Read(ref _appended));

    /// <summary>End of what the kernel has.</summary>
    public JournalOffset Written => new(Volatile.Read(ref _written));

    /// <summary>End of what is on the disk.</summary>
    public JournalOffset Synced => new(Volatile.Read(ref _synced));

    /// <summary>Why the journal has failed for good: file, offset and the system's words; null while it works.</summary>
    public string? Failure => _failure;

    /// <summary>Why writes should be refused now; null while they need not be. Room that comes back clears it.</summary>
    public string? Refusal => _failure ?? _segments.Refusal;

    /// <summary>Bytes that always find room while <see cref="Refusal"/> is null: what hosts may append between two looks.</summary>
    public long MarginBytes => _segments.MarginBytes;

    /// <summary>Segments on disk, the current one included, and their bytes.</summary>
    public (int Count, long SizeBytes) Segments
    {
        get
        {
            lock (_write) return _segments.Total;
        }
    }

    /// <summary>Begins the journal of a new store.</summary>
    public static JournalLog Create(IDisk disk, ulong storeId, JournalOptions options, TimeProvider time) =>
        new(disk, time, options, SegmentWriter.Create(disk, storeId, options));

    /// <summary>Goes on behind the last whole record that recovery found.</summary>
    /// <param name="last">The newest segment.</param>
    /// <param name="length">Bytes of it that are whole; what follows is cut.</param>
    /// <param name="older">Sealed segments that are still there, with their lengths.</param>
    public static JournalLog Continue(
        IDisk disk, Segment last, long length, List<(Segment Segment, long Length)> older, JournalOptions options, TimeProvider time) =>
        new(disk, time, options, SegmentWriter.Continue(disk, last, length, older, options));

    public void Append(ShardId shard, LogPosition position, in Effect effect)
    {
        WriteIfMuch();
        lock (_append) AppendLocked(shard, position, effect);
    }

    /// <summary>
    /// Records of this thread until <see cref="EndGroup"/> are applied all or none by recovery. Other threads' appends wait meanwhile:
    /// keep it short, and take no lock of the engine that is not held already.
    /// </summary>
    public void BeginGroup()
    {
        WriteIfMuch();
        _append.Enter();
        _groupDepth++;
    }

    public void EndGroup()
    {
        Debug.Assert(_append.IsHeldByCurrentThread);
        if (--_groupDepth == 0) CloseGroupLocked();
        _append.Exit();
    }

    /// <summary>Appends a change of the slot map, which belongs to no shard.</summary>
    public void AppendSlotMap(ReadOnlySpan<byte> map) =>
        Append(default, LogPosition.None, new Effect(EffectKind.SlotMap, default, map, 0, 0));

    /// <summary>
    /// Waits until everything below <paramref name="upTo"/> is as safe as <paramref name="level"/> says; false when the journal has
    /// failed, now or before.
    /// </summary>
    public bool Commit(JournalOffset upTo, Durability level)
    {
        if (IsDone(upTo, level)) return _failure is null;
        lock (_write)
        {
            if (_failure is not null) return false;
            if (IsDone(upTo, level)) return true; // the caller before us did it
            try
            {
                return TryWritePendingLocked(level == Durability.Always) && (level != Durability.Always || TryFlush(_written));
            }
            catch (Exception failure) when (IsOfTheDisk(failure))
            {
                Poison(failure);
                return false;
            }
        }
    }

    /// <summary>
    /// Flushes what is written and not yet on the disk, without holding writers up. The housekeeping's call, once a second.
    /// </summary>
    public void Sync()
    {
        if (_failure is not null || Synced >= Written) return;
        TryFlush(_written);
    }

    /// <summary>
    /// Claims the next segment's room when the current one runs out, and says whether writes can be taken. Housekeeping's call.
    /// </summary>
    public void ReserveAhead()
    {
        if (_failure is not null) return;
        lock (_write) _segments.Claim();
    }

    /// <summary>
    /// Seals the current segment if it is large, so that the snapshots taken from now on let all of it go. The next one may be smaller than
    /// segments are: this is for a disk that has no room for a whole one. Without room for that, too, nothing changes.
    /// </summary>
    public void SealLarge()
    {
        lock (_write)
        {
            if (_failure is not null || !_segments.IsLarge || !_segments.TryPrepareSmaller()) return;
            if (TryRollLocked()) _segments.Claim();
        }
    }

    /// <summary>
    /// Deletes the sealed segments that lie wholly below an offset from which nobody replays any more; one caller at a time. Throws
    /// <see cref="IOException"/>: the rest is still there and known, so that no later call leaves a gap behind it.
    /// </summary>
    public void TruncateBefore(JournalOffset offset)
    {
        List<string> old;
        lock (_write) old = _segments.SealedBefore(offset);
        foreach (string name in old)
        {
            _disk.Delete(name);
            lock (_write) _segments.ForgetOldest();
        }

        if (old.Count > 0) _disk.FlushFolder();
    }

    /// <summary>Commits and flushes everything, marks the end, and closes the file.</summary>
    public void Dispose()
    {
        if (Commit(Appended, Durability.Always))
        {
            // From here on a bad record before the mark is damage, and not the torn end of a crash.
            Append(default, LogPosition.None, new Effect(EffectKind.Mark, default, default, 0, 0));
            Commit(Appended, Durability.Always);
        }

        lock (_write) _segments.Close(isWhole: _failure is null);
    }

    private bool IsDone(JournalOffset upTo, Durability level) => level == Durability.Always ? Synced >= upTo : Written >= upTo;

    // Memory has a bound even if nobody commits: one turn of a client can append more than an array holds. Not within a group, whose thread
    // has the append lock already: the write lock comes before it.
    private void WriteIfMuch()
    {
        if (Volatile.Read(ref _appended) - Volatile.Read(ref _written) <= _maxPendingBytes || _failure is not null
            || _append.IsHeldByCurrentThread) return;
        Commit(Appended, Durability.No); // should it fail, nothing is kept in memory any more
    }

    private void AppendLocked(ShardId shard, LogPosition position, in Effect effect)
    {
        Debug.Assert(_append.IsHeldByCurrentThread);
        int body = RecordBody.SizeOf(effect);
        int size = RecordHeader.SizeBytes + body;
        if (_failure is not null)
        {
            // Keys still expire: nothing of it can be written, and nobody's commit may succeed.
            Volatile.Write(ref _appended, _appended + size);
            return;
        }

        if (_pending.Length - _pendingLength < size) GrowPending(size);
        Span<byte> to = _pending.AsSpan(_pendingLength, size);
        RecordFlags flags = _groupDepth > 0 ? NoteInGroupLocked(shard, position) : RecordFlags.None;
        new RecordHeader(0, body, effect.Kind, flags, shard, position, Synced).Write(to);
        RecordBody.Write(effect, to[RecordHeader.SizeBytes..]);
        RecordHeader.Seal(to);
        _pendingLength += size;
        Volatile.Write(ref _appended, _appended + size);
        if (effect.Kind != EffectKind.EpochBegins) Counters.RecordsValue++; // nobody's change
    }

    // Flags of the record that comes next: all but the last of a group say that it goes on, and which one that is shows at its end.
    private RecordFlags NoteInGroupLocked(ShardId shard, LogPosition position)
    {
        Debug.Assert(_append.IsHeldByCurrentThread);
        _lastRecordAt = _pendingLength;
        if (position.Lsn == Lsn.None) return RecordFlags.Continues;
        if (_lastRecordOf[shard.Value] == None) _groupShards.Add(shard);
        _lastRecordOf[shard.Value] = _pendingLength;
        return RecordFlags.Continues | RecordFlags.ShardContinues;
    }

    // The group's records are still in memory: nobody writes while the append lock is held.
    private void CloseGroupLocked()
    {
        Debug.Assert(_append.IsHeldByCurrentThread);
        foreach (ShardId shard in _groupShards)
        {
            RecordHeader.Clear(RecordAt(_lastRecordOf[shard.Value]), RecordFlags.ShardContinues);
            _lastRecordOf[shard.Value] = None;
        }

        _groupShards.Clear();
        if (_lastRecordAt != None) RecordHeader.Clear(RecordAt(_lastRecordAt), RecordFlags.Continues);
        _lastRecordAt = None;
    }

    private Span<byte> RecordAt(int at) =>
        _pending.AsSpan(at, RecordHeader.SizeBytes + RecordHeader.Read(_pending.AsSpan(at)).Length);

    private static int[] NewLastRecords()
    {
        var records = new int[ShardId.System.Value + 1];
        Array.Fill(records, None);
        return records;
    }

    private void GrowPending(int room)
    {
        if ((long)_pendingLength + room > Array.MaxLength)
            throw new InvalidOperationException(
                $"a command, or a transaction, changes more than the journal can take at once ({Array.MaxLength} bytes)");
        long wanted = Math.Max((long)_pendingLength + room, _pending.Length * 2L);
        Array.Resize(ref _pending, (int)Math.Min(wanted, Array.MaxLength));
    }

    // False when the journal has failed meanwhile.
    private bool TryWritePendingLocked(bool isFlushed)
    {
        Debug.Assert(_write.IsHeldByCurrentThread);
        int length;
        lock (_append)
        {
            length = _pendingLength;
            if (length == 0) return true;
            (_pending, _writing) = (_writing, _pending);
            _pendingLength = 0;
        }

        if (_segments.IsFull && !TryRollLocked()) return false;
        if (isFlushed) _segments.PrefillFor(length);
        _segments.Write(_writing.AsSpan(0, length));
        Sink?.Written(new JournalOffset(_written), _writing.AsSpan(0, length));
        if (_writing.Length > KeptBytes) _writing = GC.AllocateUninitializedArray<byte>(InitialBytes);
        Counters.BytesWrittenValue += length;
        Volatile.Write(ref _written, _written + length);
        _segments.ClaimIfShort();
        return true;
    }

    // The system reports a failed flush once: the next one would succeed and lie. So the failure is noted before the lock is given up, and
    // who waited for it does not flush again.
    private bool TryFlush(long upTo)
    {
        lock (_flush)
        {
            if (_failure is not null) return false;
            upTo = Math.Max(upTo, Volatile.Read(ref _written));
            if (_synced >= upTo) return true;
            long started = Stopwatch.GetTimestamp();
            try
            {
                _segments.Flush();
            }
            catch (Exception failure) when (IsOfTheDisk(failure))
            {
                Poison(failure);
                return false;
            }

            long took = Stopwatch.GetElapsedTime(started).Ticks;
            Counters.FlushesValue++;
            Counters.FlushTicksValue += took;
            Counters.MaxFlushTicksValue = Math.Max(Counters.MaxFlushTicksValue, took);
            Counters.LastFlushAtMsValue = _time.GetUtcNow().ToUnixTimeMilliseconds();
            Volatile.Write(ref _synced, upTo);
            return true;
        }
    }

    // Without room for the next segment it stays with the current one. False when the journal has failed.
    private bool TryRollLocked()
    {
        Debug.Assert(_write.IsHeldByCurrentThread);
        if (!_segments.TryPrepareNext()) return true;
        lock (_flush)
        {
            if (_failure is not null) return false;
            try
            {
                _segments.Seal();
                Volatile.Write(ref _synced, _written);
                _segments.Begin();
                return true;
            }
            catch (Exception failure) when (IsOfTheDisk(failure))
            {
                Poison(failure);
                return false;
            }
        }
    }

    private static bool IsOfTheDisk(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private void Poison(Exception failure) =>
        _failure = $"the journal failed at {_segments.Where}: {failure.Message}. Mend the disk and restart the server; every "
        + $"acknowledged write is recovered then.";
}
