using System.Buffers.Binary;

namespace OrleansKv.Client.Caching;

/// <summary>
/// A cached value in the store, little-endian:
/// <code>
/// u8 format (1) | i64 sliding window, ms (0: none) | i64 absolute end, ms since the Unix epoch (0: none) | the value
/// </code>
/// The key's time to live is the window, or what is left to the end if that is less; without a window the end is the key's alone.
/// </summary>
internal readonly record struct CacheEntry(long SlidingMs, long EndMs)
{
    public const int HeaderBytes = 1 + 8 + 8;

    private const byte Format = 1;

    /// <summary>The time to live that the key gets now: what is left of the window, at least 1 ms. For an entry with a window.</summary>
    public Expiry WindowAt(long nowMs) =>
        Expiry.After(TimeSpan.FromMilliseconds(Math.Max(1, EndMs == 0 ? SlidingMs : Math.Min(SlidingMs, EndMs - nowMs))));

    public void Write(Span<byte> to)
    {
        to[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], SlidingMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[9..], EndMs);
    }

    /// <summary>False for bytes that no cache has written, or one of another format: the entry counts as missing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CacheEntry entry)
    {
        entry = default;
        if (bytes.Length < HeaderBytes || bytes[0] != Format) return false;
        entry = new CacheEntry(BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]));
        return true;
    }
}
