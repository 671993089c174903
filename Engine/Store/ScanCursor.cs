using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// SCAN's cursor. Below 2^53, so that clients whose numbers are doubles keep it:
/// <code>
/// 14 bits slot | 16 bits place in the slot | 23 bits tag
/// </code>
/// A place is the high half of a position in the slot's order of hashes (<see cref="Table.KeyTable.Scan"/>); 0: before the slot's first
/// key, then the tag is 0, too. The order depends on the store's hash seed, which is another on another node and after a restart: the tag
/// says by which one the place was taken. A store with another tag begins the slot again: keys come twice, none is missed. That two seeds
/// have one tag is one chance in 8 million, for scans that were inside a slot when its shard moved or its node restarted.
/// </summary>
public readonly record struct ScanCursor(ulong Value)
{
    private const int TagBits = 23;
    private const int PlaceBits = 16;
    private const int SlotShift = TagBits + PlaceBits;

    /// <summary>
    /// Bits of a position below its place. A slot of more than 2^16 buckets (650,000 keys under one hash tag) is left at every few of them
    /// only.
    /// </summary>
    private const int BelowPlaceBits = 32 - PlaceBits;

    /// <summary>The cursor's slot; <see cref="SlotId.Count"/> for one beyond the last.</summary>
    public int Slot => (int)Math.Min(Value >> SlotShift, SlotId.Count);

    /// <summary>Before the first key of a slot; the end (0) behind the last slot.</summary>
    public static ScanCursor At(int slot) => new(slot >= SlotId.Count ? 0 : (ulong)slot << SlotShift);

    /// <summary>A position inside a slot at which a scan may stop: <see cref="CanStopAt"/>.</summary>
    public static ScanCursor Inside(int slot, ulong position, uint tag) =>
        new(((ulong)slot << SlotShift) | (position >> BelowPlaceBits << TagBits) | tag);

    /// <summary>Whether a cursor can say this position.</summary>
    public static bool CanStopAt(ulong position) => (position & ((1UL << BelowPlaceBits) - 1)) == 0;

    /// <summary>Where in the slot a store with this tag goes on.</summary>
    public ulong PositionFor(uint tag) =>
        (uint)(Value & ((1UL << TagBits) - 1)) == tag ? ((Value >> TagBits) & ((1UL << PlaceBits) - 1)) << BelowPlaceBits : 0;

    /// <summary>The tag of a hash seed. One way (SHA-256): a cursor must not tell clients how keys collide.</summary>
    public static uint TagOf(ulong hashSeed)
    {
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, hashSeed);
        SHA256.HashData(seed, digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest) & ((1u << TagBits) - 1);
    }
}
