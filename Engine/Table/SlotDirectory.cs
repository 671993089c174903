using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Where each key's entry is: an index a slot (<see cref="SlotIndex"/>), made with the slot's first key. Invariant: an entry's reference
/// stands once, in the chain of the bucket that its key's hash chooses, behind the hash's tag; an index has the buckets that its number of
/// keys asks for. Entries are only read, for their keys. A struct within the table, which runs it, and never copied: as an object of its
/// own it made look-ups 3 to 5 % slower (<c>Bench -- micro --filter '*Table*'</c>). Thread-confined but for the three prefetches: those
/// only read memory that lives as long as the table, and what they find there is a hint.
/// </summary>
internal unsafe struct SlotDirectory(PagePool pages, ulong hashSeed) : IDisposable
{
    private readonly BucketPool _buckets = new();
    private readonly ushort[] _indexOf = new ushort[SlotId.Count]; // slot -> place in _slots, 0: no key yet
    private SlotIndex[] _slots = new SlotIndex[8];
    private ushort[] _slotIds = new ushort[8];

    public long UsedBytes => _buckets.UsedBytes;

    /// <summary>Places of slots that have or had keys: 1 up to this one, itself excluded.</summary>
    public int PlaceEnd { get; private set; } = 1;

    public SlotId SlotAt(int place) => new(_slotIds[place]);

    public int CountAt(int place) => _slots[place].Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref SlotIndex IndexOf(SlotId slot) => ref _slots[_indexOf[slot.Value]];

    /// <summary>The same for a slot that is about to get a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref SlotIndex GetOrAdd(SlotId slot)
    {
        int at = _indexOf[slot.Value];
        if (at == 0) at = AddSlot(slot);
        return ref _slots[at];
    }

    /// <summary>The key's entry, its bucket and its place there; 0 when there is none. The index must have keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(ref SlotIndex index, uint hash, ReadOnlySpan<byte> key, out byte* bucket, out int place)
    {
        byte tag = SlotIndex.TagOf(hash);
        for (bucket = index.BucketOf(hash); bucket != null; bucket = NextInChain(bucket))
        {
            for (uint matches = SlotIndex.Matches(bucket, tag); matches != 0; matches &= matches - 1)
            {
                place = BitOperations.TrailingZeroCount(matches);
                uint reference = SlotIndex.Ref(bucket, place);
                if (EntryLayout.Key(pages.Address(reference)).SequenceEqual(key)) return reference;
            }
        }

        place = -1;
        return 0;
    }

    /// <summary>Adds the reference of a key that is not there.</summary>
    public void Add(ref SlotIndex index, uint hash, uint reference)
    {
        index.Count++;
        if (index.WantsToGrow || index.Buckets == 0) SplitNext(ref index);
        SlotIndex.Add(index.BucketOf(hash), SlotIndex.TagOf(hash), reference, _buckets);
    }

    /// <summary>Where the reference of a key that is there stands; valid until the next change.</summary>
    public ref uint ReferenceOf(ReadOnlySpan<byte> key)
    {
        Find(ref IndexOf(Slot.Of(key)), KeyHash.Of(key, hashSeed), key, out byte* bucket, out int place);
        return ref SlotIndex.Ref(bucket, place);
    }

    /// <summary>Takes a key out that is there.</summary>
    public void Remove(ReadOnlySpan<byte> key)
    {
        uint hash = KeyHash.Of(key, hashSeed);
        ref SlotIndex index = ref IndexOf(Slot.Of(key));
        Find(ref index, hash, key, out byte* bucket, out int place);
        SlotIndex.RemoveAt(index.BucketOf(hash), bucket, place, _buckets);
        index.Count--;
        if (index.Count == 0) index.Free(_buckets);
        else if (index.WantsToShrink) MergeLast(ref index);
    }

    /// <summary>Takes all keys out.</summary>
    public void Clear()
    {
        for (int i = 1; i < PlaceEnd; i++) _slots[i].Free(_buckets);
    }

    /// <summary>Shows one bucket of a slot, as <see cref="KeyTable.Scan"/> says.</summary>
    public ulong Scan(SlotId slot, ulong position, List<EntryRef> found)
    {
        ref SlotIndex index = ref IndexOf(slot);
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
    /// Brings what leads to the slot's index into the cache; the first of three steps, each some commands ahead of the next.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchIndex(SlotId slot)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref _indexOf[slot.Value]));
    }

    /// <summary>Brings the key's bucket into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBucket(SlotId slot, uint hash)
    {
        if (!Sse.IsSupported) return;
        SlotIndex[] slots = _slots;
        int at = _indexOf[slot.Value];
        if (at < slots.Length) slots[at].Prefetch(hash);
    }

    /// <summary>Brings the entry that the key probably has into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(SlotId slot, uint hash)
    {
        if (!Sse.IsSupported) return;
        SlotIndex[] slots = _slots;
        int at = _indexOf[slot.Value];
        if (at >= slots.Length) return;
        byte* bucket = slots[at].BucketOrNull(hash);
        if (bucket == null) return;
        uint matches = SlotIndex.Matches(bucket, SlotIndex.TagOf(hash));
        if (matches != 0) pages.Prefetch(SlotIndex.Ref(bucket, BitOperations.TrailingZeroCount(matches)));
    }

    public void Dispose() => _buckets.Dispose();

    private static uint Reverse(uint bits)
    {
        bits = ((bits >> 1) & 0x5555_5555) | ((bits & 0x5555_5555) << 1);
        bits = ((bits >> 2) & 0x3333_3333) | ((bits & 0x3333_3333) << 2);
        bits = ((bits >> 4) & 0x0F0F_0F0F) | ((bits & 0x0F0F_0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
    }

    private int AddSlot(SlotId slot)
    {
        if (PlaceEnd == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
            Array.Resize(ref _slotIds, _slotIds.Length * 2);
        }

        int at = PlaceEnd++;
        _indexOf[slot.Value] = (ushort)at;
        _slotIds[at] = slot.Value;
        return at;
    }

    private byte* NextInChain(byte* bucket)
    {
        uint overflow = SlotIndex.Overflow(bucket);
        return overflow == 0 ? null : _buckets.OverflowAddress(overflow);
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
                uint hash = KeyHash.Of(EntryLayout.Key(pages.Address(reference)), hashSeed);
                if (index.NumberOf(hash) == to) Move(head, bucket, place, target);
            }

            bucket = next;
        }
    }

    // Moves the last bucket's entries back into the one that it was split from.
    private void MergeLast(ref SlotIndex index)
    {
        (int last, int into) = index.Mergeable;
        byte* head = index.Bucket(last);
        byte* target = index.Bucket(into);
        for (byte* bucket = head; bucket != null;)
        {
            byte* next = NextInChain(bucket);
            for (uint occupied = SlotIndex.Occupied(bucket); occupied != 0; occupied &= occupied - 1)
                Move(head, bucket, BitOperations.TrailingZeroCount(occupied), target);
            bucket = next;
        }

        index.Shrink(_buckets);
    }

    private void Move(byte* head, byte* bucket, int place, byte* target)
    {
        byte tag = bucket[place];
        uint reference = SlotIndex.Ref(bucket, place);
        SlotIndex.RemoveAt(head, bucket, place, _buckets);
        SlotIndex.Add(target, tag, reference, _buckets);
    }
}
