using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansKv.Engine.Table;

/// <summary>
/// The index of one slot: a linear-hashing table of 64-byte buckets that grows and shrinks one bucket at a time, so that no step is long
/// however many keys share a hash tag (docs/adr/0002). Plain data in the table's array; the table runs it.
/// <code>
/// bucket   12 x u8 tag (0: empty) | u32 overflow bucket (0: none) | 12 x u32 entry
/// </code>
/// With n buckets, 2^L &lt;= n &lt; 2^(L+1): a hash goes to its low L+1 bits, or without the highest of them if there is no such bucket.
/// </summary>
internal unsafe struct SlotIndex
{
    public const int BucketBytes = 64;
    public const int EntriesABucket = 12;

    /// <summary>
    /// Keys a bucket, on average, before the next bucket is added: 10 of 12. Unsplit buckets hold twice what split ones do, so a higher
    /// load only moves memory into overflow buckets.
    /// </summary>
    private const int Load = 10;

    private const int ChunkBuckets = 64;
    private const int OverflowOffset = 12;
    private const int RefsOffset = 16;
    private const uint TagLanes = (1 << EntriesABucket) - 1;

    private byte* _first;
    private byte** _more;
    private int _firstCapacity;
    private int _moreCapacity;
    private int _buckets;

    public int Count;

    /// <summary>A non-zero byte of the hash that does not choose the bucket (below 16 million buckets).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte TagOf(uint hash) => (byte)Math.Max(hash >> 24, 1);

    public readonly int Buckets => _buckets;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* BucketOf(uint hash) => Bucket(NumberOf(hash));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int NumberOf(uint hash)
    {
        int top = (int)BitOperations.RoundUpToPowerOf2((uint)_buckets);
        int number = (int)(hash & (uint)(top - 1));
        return number < _buckets ? number : number & ((top >> 1) - 1);
    }

    /// <summary>
    /// Prefetches the bucket. The index may be changing under another thread's hands: what is read once is used, and nothing is followed.
    /// </summary>
    public readonly void Prefetch(uint hash)
    {
        byte* bucket = BucketOrNull(hash);
        if (bucket != null) System.Runtime.Intrinsics.X86.Sse.Prefetch0(bucket);
    }

    /// <summary>
    /// The bucket as far as it can be had without following a pointer that may be changing: null beyond the first 64 buckets.
    /// </summary>
    public readonly byte* BucketOrNull(uint hash)
    {
        byte* first = _first;
        int buckets = _buckets;
        if (first == null || buckets <= 0) return null;
        int top = (int)BitOperations.RoundUpToPowerOf2((uint)buckets);
        int number = (int)(hash & (uint)(top - 1));
        if (number >= buckets) number &= (top >> 1) - 1;
        return number < ChunkBuckets ? first + (number * BucketBytes) : null;
    }

    /// <summary>Low hash bits that all entries of a bucket share.</summary>
    public readonly int BitsOf(int bucket)
    {
        int top = (int)BitOperations.RoundUpToPowerOf2((uint)_buckets);
        int bits = BitOperations.Log2((uint)top);
        return bucket + (top >> 1) < _buckets || bucket >= top >> 1 || top == 1 ? bits : bits - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Bucket(int number) => number < ChunkBuckets
        ? _first + (number * BucketBytes)
        : _more[(number / ChunkBuckets) - 1] + (number % ChunkBuckets * BucketBytes);

    /// <summary>Places of a bucket whose tag matches, as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Matches(byte* bucket, byte tag) =>
        Vector128.Equals(Vector128.Load(bucket), Vector128.Create(tag)).ExtractMostSignificantBits() & TagLanes;

    public static uint Occupied(byte* bucket) => ~Matches(bucket, 0) & TagLanes;

    public static ref uint Ref(byte* bucket, int place) => ref *(uint*)(bucket + RefsOffset + (place * 4));

    public static ref uint Overflow(byte* bucket) => ref *(uint*)(bucket + OverflowOffset);

    /// <summary>Puts a reference into the first free place of the chain.</summary>
    public static void Add(byte* bucket, byte tag, uint reference, BucketPool pool)
    {
        while (true)
        {
            uint free = Matches(bucket, 0);
            if (free != 0)
            {
                int place = BitOperations.TrailingZeroCount(free);
                bucket[place] = tag;
                Ref(bucket, place) = reference;
                return;
            }

            if (Overflow(bucket) == 0) Overflow(bucket) = pool.AllocateOverflow();
            bucket = pool.OverflowAddress(Overflow(bucket));
        }
    }

    /// <summary>Empties a place; an overflow bucket that empties goes back.</summary>
    public static void RemoveAt(byte* head, byte* bucket, int place, BucketPool pool)
    {
        bucket[place] = 0;
        if (bucket == head || Occupied(bucket) != 0) return;
        byte* before = head;
        while (pool.OverflowAddress(Overflow(before)) != bucket) before = pool.OverflowAddress(Overflow(before));
        uint gone = Overflow(before);
        Overflow(before) = Overflow(bucket);
        pool.FreeOverflow(gone);
    }

    /// <summary>Whether one more key makes a bucket due.</summary>
    public readonly bool WantsToGrow => Count > _buckets * Load;

    /// <summary>Whether there is a bucket too many; half the load, so that growing and shrinking do not chase each other.</summary>
    public readonly bool WantsToShrink => _buckets > 1 && Count < (_buckets - 1) * Load / 2;

    /// <summary>
    /// Adds bucket number n; returns the bucket that must be split with it (n without its highest bit), or -1 for the first.
    /// </summary>
    public int Grow(BucketPool pool)
    {
        EnsureCapacity(_buckets + 1, pool);
        new Span<byte>(Bucket(_buckets), BucketBytes).Clear();
        int added = _buckets++;
        return added == 0 ? -1 : added & ~(1 << BitOperations.Log2((uint)added));
    }

    /// <summary>The last bucket and the one it goes back into; the table moves the entries, then calls <see cref="Shrink"/>.</summary>
    public readonly (int Last, int Into) Mergeable => (_buckets - 1, (_buckets - 1) & ~(1 << BitOperations.Log2((uint)(_buckets - 1))));

    public void Shrink(BucketPool pool)
    {
        _buckets--;
        // A chunk of its own goes as soon as it is empty; the first one when it is half empty.
        if (_buckets >= ChunkBuckets)
        {
            if (_buckets % ChunkBuckets == 0) pool.FreeBuckets(_more[(_buckets / ChunkBuckets) - 1], ChunkBuckets);
            return;
        }

        if (_buckets * 2 <= _firstCapacity) Resize(pool, NextCapacity(_buckets));
    }

    /// <summary>Gives all memory back.</summary>
    public void Free(BucketPool pool)
    {
        for (int b = 0; b < _buckets; b++)
        {
            for (uint o = Overflow(Bucket(b)); o != 0;)
            {
                uint next = Overflow(pool.OverflowAddress(o));
                pool.FreeOverflow(o);
                o = next;
            }
        }

        for (int chunk = 1; chunk * ChunkBuckets < _buckets; chunk++) pool.FreeBuckets(_more[chunk - 1], ChunkBuckets);
        if (_first != null) pool.FreeBuckets(_first, _firstCapacity);
        if (_more != null) pool.FreeDirectory(_more, _moreCapacity);
        this = default;
    }

    private void EnsureCapacity(int buckets, BucketPool pool)
    {
        if (buckets <= ChunkBuckets)
        {
            if (buckets > _firstCapacity) Resize(pool, NextCapacity(buckets));
            return;
        }

        int chunk = (buckets - 1) / ChunkBuckets;
        if ((buckets - 1) % ChunkBuckets != 0) return;
        if (chunk > _moreCapacity)
        {
            int capacity = Math.Max(8, _moreCapacity * 2);
            byte** larger = pool.AllocateDirectory(capacity);
            new ReadOnlySpan<nint>(_more, _moreCapacity).CopyTo(new Span<nint>(larger, capacity));
            if (_more != null) pool.FreeDirectory(_more, _moreCapacity);
            _more = larger;
            _moreCapacity = capacity;
        }

        _more[chunk - 1] = pool.AllocateBuckets(ChunkBuckets);
    }

    private void Resize(BucketPool pool, int capacity)
    {
        byte* resized = pool.AllocateBuckets(capacity);
        new ReadOnlySpan<byte>(_first, _buckets * BucketBytes).CopyTo(new Span<byte>(resized, capacity * BucketBytes));
        if (_first != null) pool.FreeBuckets(_first, _firstCapacity);
        _first = resized;
        _firstCapacity = capacity;
    }

    // One by one up to 16, then in steps of an eighth: at most 4 KiB is copied, and little is spare.
    private static int NextCapacity(int buckets)
    {
        if (buckets <= 16) return Math.Max(buckets, 1);
        int step = (int)BitOperations.RoundUpToPowerOf2((uint)buckets) / 8;
        return (buckets + step - 1) / step * step;
    }
}
