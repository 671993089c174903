using System.Runtime.CompilerServices;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Table;

/// <summary>
/// An entry's 28-byte header, and what follows it (little-endian, no alignment):
/// <code>
///  0  u32  warmer     neighbours in LRU order, 0: none
///  4  u32  colder
///  8  u48  deadline   ms since the Unix epoch, 0: none
/// 14  u48  version    Lsn of the last write
/// 20  u24  clock      last access, s
/// 23  u8   flags      bit 0: large; bit 1: returned as due; bits 2-7: number of the snapshot that has seen it
/// 24  u8   key length
/// 25  u24  value length
/// 28  key | value
/// </code>
/// A large entry (key over 255 B, or over 4 KiB in all) has at 28: <c>u64 pointer | u32 key length | u32 value length | u64 capacity</c>;
/// the pointer leads to memory of its own with key and value.
/// </summary>
internal static unsafe class EntryLayout
{
    public const int HeaderBytes = 28;
    public const int LargeBytes = HeaderBytes + 24;
    public const int MaxSmallKeyBytes = byte.MaxValue;
    public const int SnapshotNumbers = 64;

    private const byte LargeFlag = 1;
    private const byte DueFlag = 2;
    private const ulong Mask48 = (1UL << 48) - 1;

    public static bool FitsSmall(int keyLength, long valueLength) =>
        keyLength <= MaxSmallKeyBytes && HeaderBytes + keyLength + valueLength <= SizeClasses.MaxBytes;

    public static ref uint Warmer(byte* e) => ref *(uint*)e;

    public static ref uint Colder(byte* e) => ref *(uint*)(e + 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Deadline(byte* e) => (long)(*(ulong*)(e + 8) & Mask48);

    public static void SetDeadline(byte* e, long value)
    {
        *(uint*)(e + 8) = (uint)value;
        *(ushort*)(e + 12) = (ushort)(value >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Version(byte* e) => (long)(*(ulong*)(e + 14) & Mask48);

    public static void SetVersion(byte* e, long value)
    {
        *(uint*)(e + 14) = (uint)value;
        *(ushort*)(e + 18) = (ushort)(value >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Clock(byte* e) => *(uint*)(e + 20) & 0xFFFFFF;

    public static void SetClock(byte* e, uint value)
    {
        *(ushort*)(e + 20) = (ushort)value;
        e[22] = (byte)(value >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLarge(byte* e) => (e[23] & LargeFlag) != 0;

    public static int SnapshotNumber(byte* e) => e[23] >> 2;

    public static void SetFlags(byte* e, bool isLarge, int snapshotNumber) =>
        e[23] = (byte)((snapshotNumber << 2) | (isLarge ? LargeFlag : 0));

    public static void SetSnapshotNumber(byte* e, int number) => e[23] = (byte)((number << 2) | (e[23] & (LargeFlag | DueFlag)));

    public static bool IsDue(byte* e) => (e[23] & DueFlag) != 0;

    public static void SetDue(byte* e, bool isDue) => e[23] = (byte)(isDue ? e[23] | DueFlag : e[23] & ~DueFlag);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyLength(byte* e) => IsLarge(e) ? *(int*)(e + 36) : e[24];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ValueLength(byte* e) => IsLarge(e) ? *(int*)(e + 40) : (int)(*(uint*)(e + 24) >> 8);

    /// <summary>Lengths of a small entry: one word.</summary>
    public static void SetSmallLengths(byte* e, int keyLength, int valueLength) =>
        *(uint*)(e + 24) = (uint)keyLength | ((uint)valueLength << 8);

    public static void SetLargeLengths(byte* e, int keyLength, int valueLength)
    {
        *(uint*)(e + 24) = 0;
        *(int*)(e + 36) = keyLength;
        *(int*)(e + 40) = valueLength;
    }

    /// <summary>Lengths of an entry that stays small or large.</summary>
    public static void SetLengths(byte* e, int keyLength, int valueLength)
    {
        if (IsLarge(e)) SetLargeLengths(e, keyLength, valueLength);
        else SetSmallLengths(e, keyLength, valueLength);
    }

    public static byte* LargeMemory(byte* e) => *(byte**)(e + HeaderBytes);

    public static void SetLargeMemory(byte* e, byte* memory, long capacity)
    {
        *(byte**)(e + HeaderBytes) = memory;
        *(long*)(e + 44) = capacity;
    }

    /// <summary>Bytes of a large entry's own memory.</summary>
    public static long LargeCapacity(byte* e) => *(long*)(e + 44);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Key(byte* e) => IsLarge(e) ? new(LargeMemory(e), *(int*)(e + 36)) : new(e + HeaderBytes, e[24]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Value(byte* e) => IsLarge(e)
        ? new(LargeMemory(e) + *(int*)(e + 36), *(int*)(e + 40))
        : new(e + HeaderBytes + e[24], (int)(*(uint*)(e + 24) >> 8));
}
