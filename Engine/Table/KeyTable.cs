using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace OrleansKv.Engine.Table;

/// <summary>
/// A shard's map in unmanaged memory: entries in pages (<see cref="PagePool"/>), one small index a slot (<see cref="SlotIndex"/>), exact
/// LRU by links in the entries, deadlines in a timing wheel. No object and no GC reference a key.
/// Spans it returns lead into its memory and are valid until the next change; spans it is given may do so, too. Thread-confined.
/// </summary>
public sealed unsafe class KeyTable : IDisposable, IWheelEntries
{
    private readonly ulong _hashSeed;
    private readonly PagePool _pages = new();
    private readonly BucketPool _buckets = new();
    private readonly TimingWheel _wheel;
    private readonly ushort[] _indexOf = new ushort[SlotId.Count]; // slot -> place in _slots, 0: no key yet
    private SlotIndex[] _slots = new SlotIndex[8];
    private ushort[] _slotIds = new ushort[8];
    private int _slotCount = 1;
    private uint _hottest;
    private uint _coldest;
    private long _largeBytes;
    private long _nowMs;

    // Snapshot: the number of the running or last one; an entry that carries it has been seen.
    private ISnapshotSink? _sink;
    private int _snapshot;
    private int _aborted;
    private int _walkSlot;
    private ulong _walkPosition;
    private readonly List<EntryRef> _walked = [];

    /// <param name="hashSeed">Seed of <see cref="HashOf"/>.</param>
    public KeyTable(ulong hashSeed)
    {
        _hashSeed = hashSeed;
        _wheel = new TimingWheel(this);
    }

    public long Count { get; private set; }

    /// <summary>Entries with a deadline.</summary>
    public long TtlCount { get; private set; }

    /// <summary>Bytes of entries, indexes, large values and the wheel.</summary>
    public long UsedBytes => _pages.UsedBytes + _buckets.UsedBytes + _largeBytes + _wheel.UsedBytes;

    /// <summary>
    /// Whether <see cref="Touch"/> and overwriting move an entry to the hot end. Without a memory budget nobody needs the order, and
    /// relinking costs two cache misses.
    /// </summary>
    public bool TrackRecency { get; set; } = true;

    /// <summary>The least recently used entry.</summary>
    public EntryRef Coldest => new(_coldest);

    long IWheelEntries.NowMs => _nowMs;

    public static uint HashOf(ReadOnlySpan<byte> key, ulong seed) => KeyHash.Of(key, seed);

    public int CountInSlot(SlotId slot) => _slots[_indexOf[slot.Value]].Count;

    /// <summary>
    /// Brings the key's bucket into the cache; for batches, some commands ahead. Any thread, without the lock: it only reads memory that
    /// lives as long as the table, and what it finds there is a hint. It gains in a whole command, not in a bare look-up that the processor overlaps by itself: `Bench -- bars --only off-get-64`.
    /// </summary>
    public void Prefetch(SlotId slot, uint hash)
    {
        if (!Sse.IsSupported) return;
        SlotIndex[] slots = _slots;
        int at = _indexOf[slot.Value];
        if (at < slots.Length) slots[at].Prefetch(hash);
    }

    /// <summary>Brings what leads to the slot's index into the cache; before <see cref="Prefetch"/>, likewise on any thread.</summary>
    public void PrefetchIndex(SlotId slot)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref _indexOf[slot.Value]));
    }

    /// <summary>Brings the entry that the key probably has into the cache; after <see cref="Prefetch"/>, likewise on any thread.</summary>
    public void PrefetchEntry(SlotId slot, uint hash)
    {
        if (!Sse.IsSupported) return;
        SlotIndex[] slots = _slots;
        int at = _indexOf[slot.Value];
        if (at >= slots.Length) return;
        byte* bucket = slots[at].BucketOrNull(hash);
        if (bucket == null) return;
        uint matches = SlotIndex.Matches(bucket, SlotIndex.TagOf(hash));
        if (matches != 0) _pages.Prefetch(SlotIndex.Ref(bucket, BitOperations.TrailingZeroCount(matches)));
    }

    public EntryRef Find(SlotId slot, uint hash, ReadOnlySpan<byte> key)
    {
        ref SlotIndex index = ref _slots[_indexOf[slot.Value]];
        return index.Count == 0 ? EntryRef.None : new EntryRef(FindPlace(ref index, hash, key, out _, out _));
    }

    public ReadOnlySpan<byte> KeyOf(EntryRef entry) => EntryLayout.Key(_pages.Address(entry.Value));

    public ReadOnlySpan<byte> ValueOf(EntryRef entry) => EntryLayout.Value(_pages.Address(entry.Value));

    /// <summary>Milliseconds since the Unix epoch; 0: none.</summary>
    public long DeadlineOf(EntryRef entry) => EntryLayout.Deadline(_pages.Address(entry.Value));

    public Lsn VersionOf(EntryRef entry) => new(EntryLayout.Version(_pages.Address(entry.Value)));

    /// <summary>When it was last used, s, 24 bits.</summary>
    public uint AccessClockOf(EntryRef entry) => EntryLayout.Clock(_pages.Address(entry.Value));

    /// <summary>Bytes the entry takes, memory of its own included.</summary>
    public long BytesOf(EntryRef entry)
    {
        byte* e = _pages.Address(entry.Value);
        return _pages.BytesOf(entry.Value) + (EntryLayout.IsLarge(e) ? EntryLayout.LargeCapacity(e) : 0);
    }

    /// <summary>Inserts or overwrites a key; it becomes the most recently used.</summary>
    /// <param name="slot">Slot of the key.</param>
    /// <param name="hash"><see cref="HashOf"/> of the key.</param>
    /// <param name="key">At most 65,535 bytes.</param>
    /// <param name="value">At most 2^31 - 1 bytes less the key.</param>
    /// <param name="deadlineMs">Milliseconds since the Unix epoch, 0 for none; capped at 48 bits (the year 10889).</param>
    /// <param name="version">Lsn of the write.</param>
    /// <param name="accessClock">Seconds, 24 bits.</param>
    public EntryRef Put(SlotId slot, uint hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, uint accessClock)
    {
        const long MaxDeadline = (1L << 48) - 1;
        deadlineMs = Math.Min(deadlineMs, MaxDeadline);
        ref SlotIndex index = ref SlotOf(slot);
        uint found = 0;
        byte* bucket = null;
        int place = 0;
        if (index.Count > 0) found = FindPlace(ref index, hash, key, out bucket, out place);
        if (found == 0) return Insert(ref index, hash, key, value, deadlineMs, version, accessClock);

        SaveForSnapshot(found);
        uint reference = found;
        byte* e = _pages.Address(found);
        long before = EntryLayout.Deadline(e);
        if (CanHold(e, found, key.Length, value.Length))
        {
            if (EntryLayout.IsLarge(e)) EntryLayout.SetLargeLengths(e, key.Length, value.Length);
            else EntryLayout.SetSmallLengths(e, key.Length, value.Length);
            value.CopyTo(EntryLayout.Value(e));
        }
        else
        {
            reference = Replace(found, key, value, 0);
            SlotIndex.Ref(bucket, place) = reference;
            e = _pages.Address(reference);
        }

        EntryLayout.SetVersion(e, version.Value);
        ChangeDeadline(e, reference, reference != found, before, deadlineMs);
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
        SaveForSnapshot(reference);
        byte* e = _pages.Address(reference);
        int length = EntryLayout.ValueLength(e);
        int needed = Math.Max(length, checked(offset + bytes.Length));
        int keyLength = EntryLayout.KeyLength(e);
        byte[]? copy = null;
        if (needed > length)
        {
            if (CanHold(e, reference, keyLength, needed))
            {
                SetLengths(e, keyLength, needed);
            }
            else
            {
                copy = bytes.ToArray(); // it may lie in the memory that is about to go
                bytes = copy;
                ReadOnlySpan<byte> key = EntryLayout.Key(e);
                SlotId slot = Slots.Slot.Of(key);
                uint hash = KeyHash.Of(key, _hashSeed);
                FindPlace(ref _slots[_indexOf[slot.Value]], hash, key, out byte* bucket, out int place);
                long before = EntryLayout.Deadline(e);
                uint larger = Replace(reference, key, EntryLayout.Value(e), needed);
                SlotIndex.Ref(bucket, place) = larger;
                e = _pages.Address(larger);
                if (before != 0) _wheel.Add(larger, before);
                reference = larger;
            }

            if (offset > length) EntryLayout.Value(e)[length..offset].Clear();
        }

        bytes.CopyTo(EntryLayout.Value(e)[offset..]);
        EntryLayout.SetVersion(e, version.Value);
        return new EntryRef(reference);
    }

    public void SetDeadline(EntryRef entry, long deadlineMs, Lsn version)
    {
        SaveForSnapshot(entry.Value);
        byte* e = _pages.Address(entry.Value);
        ChangeDeadline(e, entry.Value, isNew: false, EntryLayout.Deadline(e), Math.Min(deadlineMs, (1L << 48) - 1));
        EntryLayout.SetVersion(e, version.Value);
    }

    public void Remove(EntryRef entry)
    {
        SaveForSnapshot(entry.Value);
        byte* e = _pages.Address(entry.Value);
        ReadOnlySpan<byte> key = EntryLayout.Key(e);
        SlotId slot = Slots.Slot.Of(key);
        uint hash = KeyHash.Of(key, _hashSeed);
        ref SlotIndex index = ref _slots[_indexOf[slot.Value]];
        FindPlace(ref index, hash, key, out byte* bucket, out int place);
        SlotIndex.RemoveAt(index.BucketOf(hash), bucket, place, _buckets);
        index.Count--;
        Count--;
        if (EntryLayout.Deadline(e) != 0) TtlCount--;
        Unlink(e);
        FreeEntry(entry.Value, e);
        if (index.Count == 0) index.Free(_buckets);
        else if (index.WantsToShrink) MergeLast(ref index);
    }

    /// <summary>Removes everything. While a snapshot runs, what it has not seen goes to its sink first, in this one call.</summary>
    public void Clear()
    {
        for (uint at = _coldest; at != 0;)
        {
            SaveForSnapshot(at);
            byte* e = _pages.Address(at);
            uint next = EntryLayout.Warmer(e);
            FreeEntry(at, e);
            at = next;
        }

        for (int i = 1; i < _slotCount; i++) _slots[i].Free(_buckets);
        _wheel.Clear();
        _hottest = _coldest = 0;
        Count = TtlCount = 0;
    }

    /// <summary>Notes a use: the access clock, and the hot end of the LRU order if that is tracked.</summary>
    public void Touch(EntryRef entry, uint accessClock) => TouchAt(_pages.Address(entry.Value), entry.Value, accessClock);

    /// <summary>The entry used next after this one; none behind the most recent.</summary>
    public EntryRef Warmer(EntryRef entry) => new(EntryLayout.Warmer(_pages.Address(entry.Value)));

    /// <summary>Entries whose deadline is at or before <paramref name="nowMs"/>, at most as many as fit, perhaps fewer than there are (a call is bounded). Those not removed come again.</summary>
    public int TakeDue(long nowMs, Span<EntryRef> due)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        return TtlCount == 0 ? 0 : _wheel.TakeDue(nowMs, due);
    }

    /// <summary>An entry whose deadline is among the nearest (within the finest bucket of the wheel that has one: 16 ms for those due within a second); none if no entry has one.</summary>
    public EntryRef NearestDeadline() => new(TtlCount == 0 ? 0 : _wheel.Nearest());

    /// <summary>
    /// Adds the entries of one bucket of a slot to <paramref name="found"/> and returns the position to go on from, below 2^33; 0 when the
    /// slot is done. A position is a place in bit-reversed hash order, which no growth, shrinking or move to another table changes: a key
    /// that is there from beginning to end is found (as with Redis' cursor); one may be found twice.
    /// </summary>
    public ulong Scan(SlotId slot, ulong position, List<EntryRef> found)
    {
        ref SlotIndex index = ref _slots[_indexOf[slot.Value]];
        if (index.Count == 0) return 0;
        int number = index.NumberOf(Reverse((uint)position));
        for (byte* bucket = index.Bucket(number); bucket != null; bucket = NextInChain(bucket))
        {
            for (uint occupied = SlotIndex.Occupied(bucket); occupied != 0; occupied &= occupied - 1)
                found.Add(new EntryRef(SlotIndex.Ref(bucket, BitOperations.TrailingZeroCount(occupied))));
        }

        int free = 32 - index.BitsOf(number);
        ulong next = ((position >> free) + 1) << free;
        return next > uint.MaxValue ? 0 : next;
    }

    /// <summary>
    /// Begins a snapshot of what is there now. <see cref="ContinueSnapshot"/> visits it; a change to an entry not yet visited gives the old
    /// one to the sink first, and what is inserted from now on is not in it.
    /// </summary>
    public void BeginSnapshot(ISnapshotSink sink)
    {
        if (_sink is not null) throw new InvalidOperationException("a snapshot is under way");
        _snapshot = (_snapshot + 1) % EntryLayout.SnapshotNumbers;
        // Numbers repeat after 64. A finished snapshot leaves all entries at its own; only after many given-up ones could an old number meet.
        if (++_aborted >= EntryLayout.SnapshotNumbers - 2) Renumber();
        _sink = sink;
        _walkSlot = 1;
        _walkPosition = 0;
    }

    /// <summary>Visits about <paramref name="entries"/> entries; true when all have been.</summary>
    public bool ContinueSnapshot(int entries)
    {
        if (_sink is null) throw new InvalidOperationException("no snapshot is under way");
        int looks = entries;
        while (looks > 0)
        {
            while (_walkSlot < _slotCount && _slots[_walkSlot].Count == 0) NextWalkSlot();
            if (_walkSlot >= _slotCount)
            {
                _aborted = 0;
                return true;
            }

            _walked.Clear();
            ulong next = Scan(new SlotId(_slotIds[_walkSlot]), _walkPosition, _walked);
            foreach (EntryRef entry in _walked) SaveForSnapshot(entry.Value);
            looks -= Math.Max(1, _walked.Count);
            _walkPosition = next;
            if (next == 0) NextWalkSlot();
        }

        return false;
    }

    /// <summary>Ends a snapshot, finished or given up.</summary>
    public void EndSnapshot() => _sink = null;

    public void Dispose()
    {
        _sink = null;
        Clear();
        _wheel.Dispose();
        _buckets.Dispose();
        _pages.Dispose();
    }

    long IWheelEntries.DeadlineOf(uint reference)
    {
        byte* e = _pages.AddressOrNull(reference);
        return e == null ? 0 : EntryLayout.Deadline(e);
    }

    bool IWheelEntries.IsDue(uint reference) => EntryLayout.IsDue(_pages.Address(reference));

    void IWheelEntries.MarkDue(uint reference) => EntryLayout.SetDue(_pages.Address(reference), true);

    private static uint Reverse(uint bits)
    {
        bits = ((bits >> 1) & 0x5555_5555) | ((bits & 0x5555_5555) << 1);
        bits = ((bits >> 2) & 0x3333_3333) | ((bits & 0x3333_3333) << 2);
        bits = ((bits >> 4) & 0x0F0F_0F0F) | ((bits & 0x0F0F_0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
    }

    private ref SlotIndex SlotOf(SlotId slot)
    {
        int at = _indexOf[slot.Value];
        if (at != 0) return ref _slots[at];
        if (_slotCount == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
            Array.Resize(ref _slotIds, _slotIds.Length * 2);
        }

        at = _slotCount++;
        _indexOf[slot.Value] = (ushort)at;
        _slotIds[at] = slot.Value;
        return ref _slots[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint FindPlace(ref SlotIndex index, uint hash, ReadOnlySpan<byte> key, out byte* bucket, out int place)
    {
        byte tag = SlotIndex.TagOf(hash);
        for (bucket = index.BucketOf(hash); bucket != null; bucket = NextInChain(bucket))
        {
            for (uint matches = SlotIndex.Matches(bucket, tag); matches != 0; matches &= matches - 1)
            {
                place = BitOperations.TrailingZeroCount(matches);
                uint reference = SlotIndex.Ref(bucket, place);
                if (EntryLayout.Key(_pages.Address(reference)).SequenceEqual(key)) return reference;
            }
        }

        place = -1;
        return 0;
    }

    private byte* NextInChain(byte* bucket)
    {
        uint overflow = SlotIndex.Overflow(bucket);
        return overflow == 0 ? null : _buckets.OverflowAddress(overflow);
    }

    private EntryRef Insert(ref SlotIndex index, uint hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, uint accessClock)
    {
        uint reference = NewEntry(key, value, 0); // may throw; nothing has changed yet
        index.Count++;
        if (index.WantsToGrow || index.Buckets == 0) SplitNext(ref index);
        SlotIndex.Add(index.BucketOf(hash), SlotIndex.TagOf(hash), reference, _buckets);
        byte* e = _pages.Address(reference);
        EntryLayout.SetDeadline(e, deadlineMs);
        EntryLayout.SetVersion(e, version.Value);
        EntryLayout.SetClock(e, accessClock);
        LinkHottest(e, reference);
        Count++;
        if (deadlineMs != 0)
        {
            TtlCount++;
            _nowMs = Math.Max(_nowMs, 0);
            _wheel.Add(reference, deadlineMs);
        }

        return new EntryRef(reference);
    }

    // An object with key and value, its flags and lengths set. `room` > 0: at least so many bytes of value, those behind `value` undefined.
    private uint NewEntry(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int room)
    {
        int length = Math.Max(value.Length, room);
        if (EntryLayout.FitsSmall(key.Length, length))
        {
            uint small = _pages.Allocate(EntryLayout.HeaderBytes + key.Length + length);
            byte* e = _pages.Address(small);
            EntryLayout.SetFlags(e, isLarge: false, _snapshot);
            EntryLayout.SetSmallLengths(e, key.Length, length);
            key.CopyTo(new Span<byte>(e + EntryLayout.HeaderBytes, key.Length));
            value.CopyTo(EntryLayout.Value(e));
            return small;
        }

        // A value that grows gets half as much again: its next growth is likely.
        long capacity = key.Length + length + (room > 0 ? (long)length / 2 : 0);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)capacity);
        uint large;
        try
        {
            large = _pages.Allocate(EntryLayout.LargeBytes);
        }
        catch
        {
            NativeMemory.Free(memory);
            throw;
        }

        byte* l = _pages.Address(large);
        EntryLayout.SetFlags(l, isLarge: true, _snapshot);
        EntryLayout.SetLargeLengths(l, key.Length, length);
        EntryLayout.SetLargeMemory(l, memory, capacity);
        key.CopyTo(new Span<byte>(memory, key.Length));
        value.CopyTo(EntryLayout.Value(l));
        _largeBytes += capacity;
        return large;
    }

    // Gives an entry another object of the right size, in its place of the LRU order; deadline, version and clock go along.
    private uint Replace(uint reference, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int room)
    {
        uint replaced = NewEntry(key, value, room);
        byte* from = _pages.Address(reference);
        byte* to = _pages.Address(replaced);
        uint warmer = EntryLayout.Warmer(from), colder = EntryLayout.Colder(from);
        EntryLayout.Warmer(to) = warmer;
        EntryLayout.Colder(to) = colder;
        if (warmer != 0) EntryLayout.Colder(_pages.Address(warmer)) = replaced;
        else _hottest = replaced;
        if (colder != 0) EntryLayout.Warmer(_pages.Address(colder)) = replaced;
        else _coldest = replaced;
        EntryLayout.SetDeadline(to, EntryLayout.Deadline(from));
        EntryLayout.SetVersion(to, EntryLayout.Version(from));
        EntryLayout.SetClock(to, EntryLayout.Clock(from));
        FreeEntry(reference, from);
        return replaced;
    }

    private void FreeEntry(uint reference, byte* e)
    {
        if (EntryLayout.IsLarge(e))
        {
            _largeBytes -= EntryLayout.LargeCapacity(e);
            NativeMemory.Free(EntryLayout.LargeMemory(e));
        }

        EntryLayout.SetDeadline(e, 0); // the wheel may still point here
        _pages.Free(reference);
    }

    // Whether the object can take the lengths without waste: its own size class, or its own memory at least half used.
    private bool CanHold(byte* e, uint reference, int keyLength, int valueLength)
    {
        if (EntryLayout.IsLarge(e))
        {
            long needed = (long)keyLength + valueLength;
            return needed <= EntryLayout.LargeCapacity(e) && needed >= EntryLayout.LargeCapacity(e) / 2 && !EntryLayout.FitsSmall(keyLength, valueLength);
        }

        return EntryLayout.FitsSmall(keyLength, valueLength)
            && SizeClasses.BytesOf(SizeClasses.ClassOf(EntryLayout.HeaderBytes + keyLength + valueLength)) == _pages.BytesOf(reference);
    }

    private static void SetLengths(byte* e, int keyLength, int valueLength)
    {
        if (EntryLayout.IsLarge(e)) EntryLayout.SetLargeLengths(e, keyLength, valueLength);
        else EntryLayout.SetSmallLengths(e, keyLength, valueLength);
    }

    private void ChangeDeadline(byte* e, uint reference, bool isNew, long before, long deadlineMs)
    {
        bool wasDue = EntryLayout.IsDue(e);
        EntryLayout.SetDue(e, false);
        EntryLayout.SetDeadline(e, deadlineMs);
        if (before != 0 && deadlineMs == 0) TtlCount--;
        if (deadlineMs == 0) return;
        if (before == 0) TtlCount++;
        if (isNew || wasDue || before == 0 || !_wheel.IsSameBucket(before, deadlineMs)) _wheel.Add(reference, deadlineMs);
    }

    private void TouchAt(byte* e, uint reference, uint accessClock)
    {
        if (EntryLayout.Clock(e) != accessClock) EntryLayout.SetClock(e, accessClock);
        if (!TrackRecency || _hottest == reference) return;
        Unlink(e);
        LinkHottest(e, reference);
    }

    private void LinkHottest(byte* e, uint reference)
    {
        EntryLayout.Warmer(e) = 0;
        EntryLayout.Colder(e) = _hottest;
        if (_hottest != 0) EntryLayout.Warmer(_pages.Address(_hottest)) = reference;
        else _coldest = reference;
        _hottest = reference;
    }

    private void Unlink(byte* e)
    {
        uint warmer = EntryLayout.Warmer(e), colder = EntryLayout.Colder(e);
        if (warmer != 0) EntryLayout.Colder(_pages.Address(warmer)) = colder;
        else _hottest = colder;
        if (colder != 0) EntryLayout.Warmer(_pages.Address(colder)) = warmer;
        else _coldest = warmer;
    }

    // Adds a bucket and moves over what belongs there: some ten entries, each a look at its key.
    private void SplitNext(ref SlotIndex index)
    {
        int added = index.Buckets;
        int from = index.Grow(_buckets);
        if (from >= 0) Redistribute(ref index, from, added);
    }

    private void Redistribute(ref SlotIndex index, int from, int to)
    {
        byte* head = index.Bucket(from);
        byte* target = index.Bucket(to);
        for (byte* bucket = head; bucket != null;)
        {
            byte* next = NextInChain(bucket);
            for (uint occupied = SlotIndex.Occupied(bucket); occupied != 0; occupied &= occupied - 1)
            {
                int place = BitOperations.TrailingZeroCount(occupied);
                uint reference = SlotIndex.Ref(bucket, place);
                uint hash = KeyHash.Of(EntryLayout.Key(_pages.Address(reference)), _hashSeed);
                if (index.NumberOf(hash) != to) continue;
                byte tag = bucket[place];
                SlotIndex.RemoveAt(head, bucket, place, _buckets);
                SlotIndex.Add(target, tag, reference, _buckets);
            }

            bucket = next;
        }
    }

    private void MergeLast(ref SlotIndex index)
    {
        (int last, int into) = index.Mergeable;
        byte* head = index.Bucket(last);
        byte* target = index.Bucket(into);
        for (byte* bucket = head; bucket != null;)
        {
            byte* next = NextInChain(bucket);
            for (uint occupied = SlotIndex.Occupied(bucket); occupied != 0; occupied &= occupied - 1)
            {
                int place = BitOperations.TrailingZeroCount(occupied);
                uint reference = SlotIndex.Ref(bucket, place);
                byte tag = bucket[place];
                SlotIndex.RemoveAt(head, bucket, place, _buckets);
                SlotIndex.Add(target, tag, reference, _buckets);
            }

            bucket = next;
        }

        index.Shrink(_buckets);
    }

    private void SaveForSnapshot(uint reference)
    {
        if (_sink is null) return;
        byte* e = _pages.Address(reference);
        if (EntryLayout.SnapshotNumber(e) == _snapshot) return;
        _sink.Add(EntryLayout.Key(e), EntryLayout.Value(e), EntryLayout.Deadline(e), new Lsn(EntryLayout.Version(e)));
        EntryLayout.SetSnapshotNumber(e, _snapshot);
    }

    private void NextWalkSlot()
    {
        _walkSlot++;
        _walkPosition = 0;
    }

    // Gives every entry the number before the current one.
    private void Renumber()
    {
        int number = (_snapshot + EntryLayout.SnapshotNumbers - 1) % EntryLayout.SnapshotNumbers;
        for (uint at = _coldest; at != 0; at = EntryLayout.Warmer(_pages.Address(at))) EntryLayout.SetSnapshotNumber(_pages.Address(at), number);
        _aborted = 0;
    }
}
