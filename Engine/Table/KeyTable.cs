using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Table;

/// <summary>
/// A shard's map in unmanaged memory: entries in pages (<see cref="EntryPool"/>), one small index a slot (<see cref="SlotDirectory"/>),
/// exact LRU by links in the entries (<see cref="LruList"/>), deadlines in a timing wheel (<see cref="Deadlines"/>), snapshots while it
/// changes (<see cref="SnapshotWalk"/>). No object and no GC reference a key. Invariant: each entry is in the directory once and in the
/// list once. Spans it returns lead into its memory and are valid until the next change; spans it is given may do so, too. Thread-confined.
/// </summary>
public sealed unsafe class KeyTable : IDisposable
{
    /// <summary>
    /// Latest deadline that an entry has room for, ms since the Unix epoch, in the year 10889. Commands refuse later ones.
    /// </summary>
    public const long MaxDeadlineMs = Deadlines.MaxMs;

    private readonly PagePool _pages = new();
    private readonly EntryPool _entries;
    private readonly Deadlines _deadlines;
    private readonly SnapshotWalk _snapshot;
    private SlotDirectory _directory;
    private LruList _lru;

    /// <param name="hashSeed">Seed of <see cref="HashOf"/>.</param>
    public KeyTable(ulong hashSeed)
    {
        _entries = new EntryPool(_pages);
        _directory = new SlotDirectory(_pages, hashSeed);
        _deadlines = new Deadlines(_pages);
        _snapshot = new SnapshotWalk(_pages);
        _lru = new LruList(_pages);
    }

    public long Count { get; private set; }

    /// <summary>Entries with a deadline.</summary>
    public long TtlCount => _deadlines.Count;

    /// <summary>Bytes of entries, indexes, large values and the wheel.</summary>
    public long UsedBytes => _pages.UsedBytes + _directory.UsedBytes + _entries.LargeBytes + _deadlines.UsedBytes;

    /// <summary>
    /// Whether <see cref="Touch"/> and overwriting move an entry to the hot end. Without a memory budget nobody needs the order, and
    /// relinking costs two cache misses.
    /// </summary>
    public bool TrackRecency
    {
        get;
        set
        {
            field = value;
            _lru.Passed = 0; // while it was off, entries behind that place may have got a deadline
        }
    }

        = true;

    /// <summary>The least recently used entry.</summary>
    public EntryRef Coldest => new(_lru.Coldest);

    public static uint HashOf(ReadOnlySpan<byte> key, ulong seed) => KeyHash.Of(key, seed);

    public int CountInSlot(SlotId slot) => _directory.IndexOf(slot).Count;

    /// <summary>
    /// Brings the key's bucket into the cache; for batches, some commands ahead. Any thread, without the lock: it only reads memory that
    /// lives as long as the table, and what it finds there is a hint. It gains in a whole command, not in a bare look-up that the processor
    /// overlaps by itself: `Bench -- bars --only off-get-64`.
    /// </summary>
    public void Prefetch(SlotId slot, uint hash) => _directory.PrefetchBucket(slot, hash);

    /// <summary>Brings what leads to the slot's index into the cache; before <see cref="Prefetch"/>, likewise on any thread.</summary>
    public void PrefetchIndex(SlotId slot) => _directory.PrefetchIndex(slot);

    /// <summary>Brings the entry that the key probably has into the cache; after <see cref="Prefetch"/>, likewise on any thread.</summary>
    public void PrefetchEntry(SlotId slot, uint hash) => _directory.PrefetchEntry(slot, hash);

    public EntryRef Find(SlotId slot, uint hash, ReadOnlySpan<byte> key)
    {
        ref SlotIndex index = ref _directory.IndexOf(slot);
        return index.Count == 0 ? EntryRef.None : new EntryRef(_directory.Find(ref index, hash, key, out _, out _));
    }

    public ReadOnlySpan<byte> KeyOf(EntryRef entry) => EntryLayout.Key(_pages.Address(entry.Value));

    public ReadOnlySpan<byte> ValueOf(EntryRef entry) => EntryLayout.Value(_pages.Address(entry.Value));

    /// <summary>Milliseconds since the Unix epoch; 0: none.</summary>
    public long DeadlineOf(EntryRef entry) => EntryLayout.Deadline(_pages.Address(entry.Value));

    public Lsn VersionOf(EntryRef entry) => new(EntryLayout.Version(_pages.Address(entry.Value)));

    /// <summary>When it was last used, s, 24 bits.</summary>
    public uint AccessClockOf(EntryRef entry) => EntryLayout.Clock(_pages.Address(entry.Value));

    /// <summary>Bytes the entry takes, memory of its own included.</summary>
    public long BytesOf(EntryRef entry) => _entries.BytesOf(entry.Value);

    /// <summary>Inserts or overwrites a key; it becomes the most recently used.</summary>
    /// <param name="slot">Slot of the key.</param>
    /// <param name="hash"><see cref="HashOf"/> of the key.</param>
    /// <param name="key">At most 65,535 bytes.</param>
    /// <param name="value">At most 2^31 - 1 bytes less the key.</param>
    /// <param name="deadlineMs">Milliseconds since the Unix epoch, 0 for none; capped at 48 bits (the year 10889).</param>
    /// <param name="version">Lsn of the write.</param>
    /// <param name="accessClock">Seconds, 24 bits.</param>
    public EntryRef Put(SlotId slot, uint hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version,
        uint accessClock)
    {
        deadlineMs = Math.Min(deadlineMs, Deadlines.MaxMs);
        ref SlotIndex index = ref _directory.GetOrAdd(slot);
        uint found = 0;
        byte* bucket = null;
        int place = 0;
        if (index.Count > 0) found = _directory.Find(ref index, hash, key, out bucket, out place);
        if (found == 0) return Insert(ref index, hash, key, value, deadlineMs, version, accessClock);

        _snapshot.Save(found);
        uint reference = found;
        byte* e = _pages.Address(found);
        if (_entries.CanHold(e, found, key.Length, value.Length))
        {
            EntryLayout.SetLengths(e, key.Length, value.Length);
            value.CopyTo(EntryLayout.Value(e));
        }
        else
        {
            reference = Replace(found, ref SlotIndex.Ref(bucket, place), key, value, 0);
            e = _pages.Address(reference);
        }

        EntryLayout.SetVersion(e, version.Value);
        _deadlines.Change(e, reference, isMoved: reference != found, deadlineMs);
        TouchAt(e, reference, accessClock);
        return new EntryRef(reference);
    }

    /// <summary>
    /// Overwrites part of a value from <paramref name="offset"/>; it grows with zeros when it is too short. A value that grows again and
    /// again gets room to spare, so that n appends do not copy n times.
    /// </summary>
    public EntryRef Patch(EntryRef entry, int offset, ReadOnlySpan<byte> bytes, Lsn version)
    {
        uint reference = entry.Value;
        _snapshot.Save(reference);
        byte* e = _pages.Address(reference);
        int length = EntryLayout.ValueLength(e);
        int needed = Math.Max(length, checked(offset + bytes.Length));
        int keyLength = EntryLayout.KeyLength(e);
        if (needed > length)
        {
            if (_entries.CanHold(e, reference, keyLength, needed))
            {
                EntryLayout.SetLengths(e, keyLength, needed);
            }
            else
            {
                bytes = bytes.ToArray(); // they may lie in the memory that is about to go
                ReadOnlySpan<byte> key = EntryLayout.Key(e);
                reference = Replace(reference, ref _directory.ReferenceOf(key), key, EntryLayout.Value(e), needed);
                e = _pages.Address(reference);
                _deadlines.Move(reference, EntryLayout.Deadline(e));
            }

            if (offset > length) EntryLayout.Value(e)[length..offset].Clear();
        }

        bytes.CopyTo(EntryLayout.Value(e)[offset..]);
        EntryLayout.SetVersion(e, version.Value);
        return new EntryRef(reference);
    }

    /// <summary>
    /// Gives an entry a deadline, 0: none. One that had none becomes the most recently used, as with Redis' EXPIRE: see <see
    /// cref="ColdestWithDeadline"/>.
    /// </summary>
    public void SetDeadline(EntryRef entry, long deadlineMs, Lsn version)
    {
        _snapshot.Save(entry.Value);
        byte* e = _pages.Address(entry.Value);
        if (TrackRecency && deadlineMs != 0 && EntryLayout.Deadline(e) == 0) _lru.Touch(e, entry.Value);
        _deadlines.Change(e, entry.Value, isMoved: false, Math.Min(deadlineMs, Deadlines.MaxMs));
        EntryLayout.SetVersion(e, version.Value);
    }

    public void Remove(EntryRef entry)
    {
        _snapshot.Save(entry.Value);
        byte* e = _pages.Address(entry.Value);
        _directory.Remove(EntryLayout.Key(e));
        _deadlines.Remove(e);
        _lru.Remove(e, entry.Value);
        _entries.Free(entry.Value, e);
        Count--;
    }

    /// <summary>Removes everything. While a snapshot runs, what it has not seen goes to its sink first, in this one call.</summary>
    public void Clear()
    {
        for (uint at = _lru.Coldest; at != 0;)
        {
            _snapshot.Save(at);
            byte* e = _pages.Address(at);
            uint next = EntryLayout.Warmer(e);
            _entries.Free(at, e);
            at = next;
        }

        _directory.Clear();
        _deadlines.Clear();
        _lru.Clear();
        Count = 0;
    }

    /// <summary>Notes a use: the access clock, and the hot end of the LRU order if that is tracked.</summary>
    public void Touch(EntryRef entry, uint accessClock) => TouchAt(_pages.Address(entry.Value), entry.Value, accessClock);

    /// <summary>The entry used next after this one; none behind the most recent.</summary>
    public EntryRef Warmer(EntryRef entry) => new(EntryLayout.Warmer(_pages.Address(entry.Value)));

    /// <summary>
    /// The least recently used entry that has a deadline; none when none has, or when <paramref name="maxLooks"/> entries were looked at in
    /// vain: the next call goes on behind those. It needs no order of its own, because an entry gets a deadline only at the hot end
    /// (<see cref="TrackRecency"/> must be on): what has been passed has none until it is used again.
    /// </summary>
    public EntryRef ColdestWithDeadline(int maxLooks)
    {
        uint at = _lru.Passed == 0 ? _lru.Coldest : EntryLayout.Warmer(_pages.Address(_lru.Passed));
        for (int looks = 0; looks < maxLooks && at != 0; looks++)
        {
            byte* e = _pages.Address(at);
            if (EntryLayout.Deadline(e) != 0) return new EntryRef(at);
            _lru.Passed = at;
            at = EntryLayout.Warmer(e);
        }

        return EntryRef.None;
    }

    /// <summary>
    /// Entries whose deadline is at or before <paramref name="nowMs"/>, at most as many as fit, perhaps fewer than there are (a call is
    /// bounded). Those not removed come again.
    /// </summary>
    public int TakeDue(long nowMs, Span<EntryRef> due) => _deadlines.TakeDue(nowMs, due);

    /// <summary>
    /// An entry whose deadline is among the nearest (within the finest bucket of the wheel that has one: 16 ms for those due within a
    /// second); none if no entry has one.
    /// </summary>
    public EntryRef NearestDeadline() => new(_deadlines.Nearest());

    /// <summary>
    /// Adds the entries of one bucket of a slot to <paramref name="found"/> and returns the position to go on from, below 2^32; 0 when the
    /// slot is done. A position is a place in bit-reversed hash order, which no growth, shrinking or move to another table of the same seed
    /// changes: a key that is there from beginning to end is found (as with Redis' cursor); one may be found twice.
    /// </summary>
    public ulong Scan(SlotId slot, ulong position, List<EntryRef> found) => _directory.Scan(slot, position, found);

    /// <summary>
    /// Begins a snapshot of what is there now. <see cref="ContinueSnapshot"/> visits it; a change to an entry not yet visited gives the old
    /// one to the sink first, and what is inserted from now on is not in it.
    /// </summary>
    public void BeginSnapshot(ISnapshotSink sink) => _snapshot.Begin(sink, _lru.Coldest);

    /// <summary>Visits about <paramref name="entries"/> entries; true when all have been.</summary>
    public bool ContinueSnapshot(int entries) => _snapshot.Continue(ref _directory, entries);

    /// <summary>Ends a snapshot, finished or given up.</summary>
    public void EndSnapshot() => _snapshot.End();

    public void Dispose()
    {
        _snapshot.End();
        Clear();
        _deadlines.Dispose();
        _directory.Dispose();
        _pages.Dispose();
    }

    private EntryRef Insert(
        ref SlotIndex index, uint hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, uint accessClock)
    {
        uint reference = _entries.Allocate(key, value, 0, _snapshot.Number); // may throw; nothing has changed yet
        _directory.Add(ref index, hash, reference);
        byte* e = _pages.Address(reference);
        EntryLayout.SetVersion(e, version.Value);
        EntryLayout.SetClock(e, accessClock);
        _lru.Add(e, reference);
        Count++;
        _deadlines.Set(e, reference, deadlineMs);
        return new EntryRef(reference);
    }

    // Gives an entry another object of the right size, in its place of the LRU order; deadline, version and clock go along.
    private uint Replace(uint reference, ref uint inIndex, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int room)
    {
        uint replaced = _entries.Allocate(key, value, room, _snapshot.Number);
        byte* from = _pages.Address(reference);
        byte* to = _pages.Address(replaced);
        _lru.Replace(from, reference, to, replaced);
        EntryLayout.SetDeadline(to, EntryLayout.Deadline(from));
        EntryLayout.SetVersion(to, EntryLayout.Version(from));
        EntryLayout.SetClock(to, EntryLayout.Clock(from));
        inIndex = replaced;
        _entries.Free(reference, from);
        return replaced;
    }

    private void TouchAt(byte* e, uint reference, uint accessClock)
    {
        if (EntryLayout.Clock(e) != accessClock) EntryLayout.SetClock(e, accessClock);
        if (TrackRecency) _lru.Touch(e, reference);
    }
}
