using System.Buffers;

namespace OrleansKv.Protocol.Resp;

/// <summary>
/// Byte arrays for requests and replies, with a bound on what is kept for later: a burst of large values must not leave its arrays in a
/// pool for ever. Usual sizes come from the runtime's pool, the middle ones from one that keeps at most 15.5 MiB (8 arrays of 64 KiB to 1
/// MiB each), and longer ones are left to the garbage collector. Any thread.
/// </summary>
public static class ByteBuffers
{
    /// <summary>Longest array of the runtime's pool, which keeps up to 32 of each size for each processor.</summary>
    private const int UsualBytes = 32 * 1024;

    /// <summary>Longest array that is kept at all: what a turn's replies may come to before they are sent.</summary>
    private const int LongestKeptBytes = 1024 * 1024;

    private const int KeptOfASize = 8;

    private static readonly ArrayPool<byte> Middle = ArrayPool<byte>.Create(LongestKeptBytes, KeptOfASize);

    /// <summary>An array of at least so many bytes, with whatever they hold.</summary>
    public static byte[] Rent(int size)
    {
        if (size <= UsualBytes) return ArrayPool<byte>.Shared.Rent(size);
        return size <= LongestKeptBytes ? Middle.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Gives back what <see cref="Rent"/> returned; the empty array may come, too.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length is 0 or > LongestKeptBytes) return;
        if (array.Length <= UsualBytes) ArrayPool<byte>.Shared.Return(array);
        else Middle.Return(array);
    }
}
