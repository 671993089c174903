using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// The objects that hold entries: in pages while they are small, with memory of their own when large (<see cref="EntryLayout"/>). It sets
/// flags, lengths, key and value; links, deadline, version and clock are others'. Invariant: <see cref="LargeBytes"/> is the sum of the
/// capacities of all large entries. Thread-confined.
/// </summary>
internal sealed unsafe class EntryPool(PagePool pages)
{
    /// <summary>Bytes of memory of their own.</summary>
    public long LargeBytes { get; private set; }

    /// <summary>
    /// A new object with key and value. <paramref name="room"/> &gt; 0: at least so many bytes of value, those behind
    /// <paramref name="value"/> undefined. Throws <see cref="OutOfMemoryException"/> and changes nothing then.
    /// </summary>
    public uint Allocate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int room, int snapshotNumber)
    {
        int length = Math.Max(value.Length, room);
        if (!EntryLayout.FitsSmall(key.Length, length)) return AllocateLarge(key, value, length, isGrowing: room > 0, snapshotNumber);
        uint small = pages.Allocate(EntryLayout.HeaderBytes + key.Length + length);
        byte* e = pages.Address(small);
        EntryLayout.SetFlags(e, isLarge: false, snapshotNumber);
        EntryLayout.SetSmallLengths(e, key.Length, length);
        key.CopyTo(new Span<byte>(e + EntryLayout.HeaderBytes, key.Length));
        value.CopyTo(EntryLayout.Value(e));
        return small;
    }

    public void Free(uint reference, byte* e)
    {
        if (EntryLayout.IsLarge(e))
        {
            LargeBytes -= EntryLayout.LargeCapacity(e);
            NativeMemory.Free(EntryLayout.LargeMemory(e));
        }

        EntryLayout.SetDeadline(e, 0); // the wheel may still point here
        pages.Free(reference);
    }

    /// <summary>Whether the object can take the lengths without waste: its own size class, or its own memory at least half used.</summary>
    public bool CanHold(byte* e, uint reference, int keyLength, int valueLength)
    {
        if (EntryLayout.IsLarge(e))
        {
            long needed = (long)keyLength + valueLength;
            return needed <= EntryLayout.LargeCapacity(e) && needed >= EntryLayout.LargeCapacity(e) / 2
                && !EntryLayout.FitsSmall(keyLength, valueLength);
        }

        return EntryLayout.FitsSmall(keyLength, valueLength)
            && SizeClasses.BytesOf(SizeClasses.ClassOf(EntryLayout.HeaderBytes + keyLength + valueLength)) == pages.BytesOf(reference);
    }

    /// <summary>Bytes the entry takes, memory of its own included.</summary>
    public long BytesOf(uint reference)
    {
        byte* e = pages.Address(reference);
        return pages.BytesOf(reference) + (EntryLayout.IsLarge(e) ? EntryLayout.LargeCapacity(e) : 0);
    }

    private uint AllocateLarge(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int length, bool isGrowing, int snapshotNumber)
    {
        // A value that grows gets half as much again: its next growth is likely.
        long capacity = key.Length + length + (isGrowing ? (long)length / 2 : 0);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)capacity);
        uint large;
        try
        {
            large = pages.Allocate(EntryLayout.LargeBytes);
        }
        catch
        {
            NativeMemory.Free(memory);
            throw;
        }

        byte* e = pages.Address(large);
        EntryLayout.SetFlags(e, isLarge: true, snapshotNumber);
        EntryLayout.SetLargeLengths(e, key.Length, length);
        EntryLayout.SetLargeMemory(e, memory, capacity);
        key.CopyTo(new Span<byte>(memory, key.Length));
        value.CopyTo(EntryLayout.Value(e));
        LargeBytes += capacity;
        return large;
    }
}
