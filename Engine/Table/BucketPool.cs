using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Memory of a table's slot indexes: runs of 1 to 64 buckets, overflow buckets by number, directories. What is freed is used again for the
/// same purpose and goes back to the system only with the table: a prefetch that another thread runs without the lock
/// (<see cref="KeyTable.PrefetchEntry"/>) may read outdated bucket memory, but never memory that is gone. Thread-confined otherwise.
/// </summary>
internal sealed unsafe class BucketPool : IDisposable
{
    private const int OverflowsAPage = 1024; // 64 KiB
    private const int MaxRun = 64;
    private const int PageBytes = 64 * 1024;

    /// <summary>Behind each page, so that an outdated bucket number still leads into the page: a longest run.</summary>
    private const int GuardBytes = MaxRun * SlotIndex.BucketBytes;

    private readonly byte*[] _freeRuns = new byte*[MaxRun + 1]; // by length; linked through the first eight bytes
    private readonly List<nint> _pages = [];
    private readonly List<nint> _directories = []; // outgrown ones, kept for the same reason
    private readonly List<nint> _overflowPages = [];
    private byte* _fresh;
    private int _freshBytes;
    private uint _firstFree;
    private uint _freshOverflow = 1; // number 0 is "none"

    /// <summary>Bytes handed out.</summary>
    public long UsedBytes { get; private set; }

    public byte* AllocateBuckets(int count)
    {
        int bytes = count * SlotIndex.BucketBytes;
        byte* run = _freeRuns[count];
        if (run != null)
        {
            _freeRuns[count] = *(byte**)run;
        }
        else
        {
            if (_freshBytes < bytes) AddPage();
            run = _fresh;
            _fresh += bytes;
            _freshBytes -= bytes;
        }

        UsedBytes += bytes;
        return run;
    }

    public void FreeBuckets(byte* memory, int count)
    {
        *(byte**)memory = _freeRuns[count];
        _freeRuns[count] = memory;
        UsedBytes -= count * SlotIndex.BucketBytes;
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
        _overflowPages.Clear();
        _directories.Clear();
    }

    private void AddPage()
    {
        // What is left of the old page serves as single buckets.
        for (; _freshBytes >= SlotIndex.BucketBytes; _fresh += SlotIndex.BucketBytes, _freshBytes -= SlotIndex.BucketBytes)
        {
            *(byte**)_fresh = _freeRuns[1];
            _freeRuns[1] = _fresh;
        }

        _fresh = (byte*)NativeMemory.AlignedAlloc(PageBytes + GuardBytes, SlotIndex.BucketBytes);
        _freshBytes = PageBytes;
        _pages.Add((nint)_fresh);
    }
}
