using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>Memory of a table's slot indexes: bucket arrays aligned to cache lines, and overflow buckets by number. Thread-confined.</summary>
internal sealed unsafe class BucketPool : IDisposable
{
    private const int OverflowsAPage = 1024; // 64 KiB

    private readonly List<nint> _overflowPages = [];
    private uint _firstFree;
    private uint _fresh = 1; // number 0 is "none"

    /// <summary>Bytes handed out.</summary>
    public long UsedBytes { get; private set; }

    public byte* AllocateBuckets(int count)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)(count * SlotIndex.BucketBytes), SlotIndex.BucketBytes);
        UsedBytes += count * SlotIndex.BucketBytes;
        return memory;
    }

    public void FreeBuckets(byte* memory, int count)
    {
        NativeMemory.AlignedFree(memory);
        UsedBytes -= count * SlotIndex.BucketBytes;
    }

    public byte** AllocateDirectory(int count)
    {
        var memory = (byte**)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(byte*));
        UsedBytes += count * sizeof(byte*);
        return memory;
    }

    public void FreeDirectory(byte** memory, int count)
    {
        NativeMemory.Free(memory);
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
            if (_fresh / OverflowsAPage >= _overflowPages.Count)
                _overflowPages.Add((nint)NativeMemory.AlignedAlloc(OverflowsAPage * SlotIndex.BucketBytes, SlotIndex.BucketBytes));
            number = _fresh++;
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
        foreach (nint page in _overflowPages) NativeMemory.AlignedFree((void*)page);
        _overflowPages.Clear();
    }
}
