using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Memory of a table's slot indexes: runs of 1 to 64 buckets, overflow buckets by number, directories. Runs that are freed grow together
/// with free neighbours, and the shortest that fits is taken next: indexes that all grow from n to n + 1 buckets leave little behind.
/// Memory goes back to the system only with the table: a prefetch that another thread runs without the lock
/// (<see cref="KeyTable.PrefetchEntry"/>) may read outdated bucket memory, but never memory that is gone. Thread-confined otherwise.
/// </summary>
internal sealed unsafe class BucketPool : IDisposable
{
    private const int OverflowsAPage = 1024; // 64 KiB
    private const int MaxRun = 64;
    private const int PageBuckets = 1024; // 64 KiB
    private const int WordsAPage = PageBuckets / 64;

    /// <summary>Behind each page, so that an outdated bucket number still leads into the page: a longest run.</summary>
    private const int GuardBytes = MaxRun * SlotIndex.BucketBytes;

    // Free runs by length, those longer than MaxRun in the last list; linked through their memory (FreeRun).
    private readonly FreeRun*[] _free = new FreeRun*[MaxRun + 2];
    private readonly List<nint> _pages = []; // ascending
    private readonly List<ulong[]> _ends = []; // by page: a bit for the first and for the last bucket of each free run
    private readonly List<nint> _directories = []; // outgrown ones, kept for the same reason
    private readonly List<nint> _overflowPages = [];
    private ulong _lengths; // bit n - 1: there is a free run of n buckets, n up to MaxRun
    private uint _firstFree;
    private uint _freshOverflow = 1; // number 0 is "none"

    /// <summary>What stands in a free run's first bucket; its length stands in the last four bytes of its last one, too.</summary>
    private struct FreeRun
    {
        public FreeRun* Next;
        public FreeRun* Previous;
        public int Length;
    }

    /// <summary>Bytes handed out.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Bytes of the pages that runs are taken from.</summary>
    public long PageBytes => (long)_pages.Count * PageBuckets * SlotIndex.BucketBytes;

    public byte* AllocateBuckets(int count)
    {
        ulong fitting = _lengths >> (count - 1) << (count - 1);
        FreeRun* run = fitting != 0 ? _free[BitOperations.TrailingZeroCount(fitting) + 1] : _free[MaxRun + 1];
        if (run == null) run = AddPage();
        int page = PageOf((byte*)run);
        Take(run, page);
        if (run->Length > count) Put((byte*)run + (count * SlotIndex.BucketBytes), run->Length - count, page);
        UsedBytes += count * SlotIndex.BucketBytes;
        return (byte*)run;
    }

    public void FreeBuckets(byte* memory, int count)
    {
        UsedBytes -= count * SlotIndex.BucketBytes;
        int page = PageOf(memory);
        int first = BucketIn(page, memory);
        if (first > 0 && IsEnd(page, first - 1))
        {
            int length = *(int*)(memory - sizeof(int));
            memory -= length * SlotIndex.BucketBytes;
            Take((FreeRun*)memory, page);
            first -= length;
            count += length;
        }

        if (first + count < PageBuckets && IsEnd(page, first + count))
        {
            var next = (FreeRun*)(memory + (count * SlotIndex.BucketBytes));
            Take(next, page);
            count += next->Length;
        }

        Put(memory, count, page);
    }

    public byte** AllocateDirectory(int count)
    {
        var memory = (byte**)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(byte*));
        UsedBytes += count * sizeof(byte*);
        return memory;
    }

    /// <summary>Directories double, so what is kept is never more than what is used.</summary>
    public void FreeDirectory(byte** memory, int count)
    {
        _directories.Add((nint)memory);
        UsedBytes -= count * sizeof(byte*);
    }

    public byte* OverflowAddress(uint number) =>
        (byte*)_overflowPages[(int)(number / OverflowsAPage)] + (number % OverflowsAPage * SlotIndex.BucketBytes);

    public uint AllocateOverflow()
    {
        uint number = _firstFree;
        if (number != 0)
        {
            _firstFree = SlotIndex.Overflow(OverflowAddress(number));
        }
        else
        {
            if (_freshOverflow / OverflowsAPage >= _overflowPages.Count)
                _overflowPages.Add((nint)NativeMemory.AlignedAlloc(OverflowsAPage * SlotIndex.BucketBytes, SlotIndex.BucketBytes));
            number = _freshOverflow++;
        }

        new Span<byte>(OverflowAddress(number), SlotIndex.BucketBytes).Clear();
        UsedBytes += SlotIndex.BucketBytes;
        return number;
    }

    public void FreeOverflow(uint number)
    {
        SlotIndex.Overflow(OverflowAddress(number)) = _firstFree;
        _firstFree = number;
        UsedBytes -= SlotIndex.BucketBytes;
    }

    public void Dispose()
    {
        foreach (nint memory in _pages) NativeMemory.AlignedFree((void*)memory);
        foreach (nint memory in _overflowPages) NativeMemory.AlignedFree((void*)memory);
        foreach (nint memory in _directories) NativeMemory.Free((void*)memory);
        _pages.Clear();
        _ends.Clear();
        _overflowPages.Clear();
        _directories.Clear();
    }

    private FreeRun* AddPage()
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((PageBuckets * SlotIndex.BucketBytes) + GuardBytes, SlotIndex.BucketBytes);
        int page = ~_pages.BinarySearch((nint)memory);
        _pages.EnsureCapacity(_pages.Count + 1); // both or neither, should memory be out
        _ends.EnsureCapacity(_ends.Count + 1);
        var ends = new ulong[WordsAPage];
        _pages.Insert(page, (nint)memory);
        _ends.Insert(page, ends);
        Put(memory, PageBuckets, page);
        return (FreeRun*)memory;
    }

    private int PageOf(byte* memory)
    {
        int at = _pages.BinarySearch((nint)memory);
        return at >= 0 ? at : ~at - 1;
    }

    private int BucketIn(int page, byte* memory) => (int)(memory - (byte*)_pages[page]) / SlotIndex.BucketBytes;

    private bool IsEnd(int page, int bucket) => (_ends[page][bucket / 64] & (1UL << (bucket % 64))) != 0;

    private void Put(byte* memory, int length, int page)
    {
        var run = (FreeRun*)memory;
        int list = Math.Min(length, MaxRun + 1), first = BucketIn(page, memory), last = first + length - 1;
        *run = new FreeRun { Next = _free[list], Length = length };
        if (run->Next != null) run->Next->Previous = run;
        _free[list] = run;
        if (list <= MaxRun) _lengths |= 1UL << (list - 1);
        *(int*)(memory + (length * SlotIndex.BucketBytes) - sizeof(int)) = length;
        _ends[page][first / 64] |= 1UL << (first % 64);
        _ends[page][last / 64] |= 1UL << (last % 64);
    }

    private void Take(FreeRun* run, int page)
    {
        int list = Math.Min(run->Length, MaxRun + 1), first = BucketIn(page, (byte*)run), last = first + run->Length - 1;
        if (run->Next != null) run->Next->Previous = run->Previous;
        if (run->Previous != null) run->Previous->Next = run->Next;
        else _free[list] = run->Next;
        if (_free[list] == null && list <= MaxRun) _lengths &= ~(1UL << (list - 1));
        _ends[page][first / 64] &= ~(1UL << (first % 64));
        _ends[page][last / 64] &= ~(1UL << (last % 64));
    }
}
