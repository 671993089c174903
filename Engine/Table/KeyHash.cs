using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Seeded hash of a key: 128-bit multiply and fold over 16-byte steps, in the manner of wyhash (https://github.com/wangyi-fudan/wyhash).
/// The seed is random a process, so that nobody can prepare keys that collide.
/// </summary>
internal static class KeyHash
{
    private const ulong A = 0xA076_1D64_78BD_642F;
    private const ulong B = 0xE703_7ED1_A0B4_28DB;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(ReadOnlySpan<byte> key, ulong seed)
    {
        ulong length = (ulong)key.Length;
        ulong state = seed ^ A;
        while (key.Length > 16)
        {
            state = Fold(MemoryMarshal.Read<ulong>(key) ^ B, MemoryMarshal.Read<ulong>(key[8..]) ^ state);
            key = key[16..];
        }

        ulong low, high;
        if (key.Length >= 8)
        {
            low = MemoryMarshal.Read<ulong>(key);
            high = MemoryMarshal.Read<ulong>(key[^8..]);
        }
        else if (key.Length >= 4)
        {
            low = MemoryMarshal.Read<uint>(key);
            high = MemoryMarshal.Read<uint>(key[^4..]);
        }
        else if (key.Length > 0)
        {
            low = ((ulong)key[0] << 16) | ((ulong)key[key.Length >> 1] << 8) | key[^1];
            high = 0;
        }
        else
        {
            low = high = 0;
        }

        ulong mixed = Fold(low ^ B, high ^ state);
        mixed = Fold(mixed ^ A, length ^ B ^ seed);
        return (uint)(mixed ^ (mixed >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }
}
