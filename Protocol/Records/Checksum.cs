using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansKv.Protocol.Records;

/// <summary>
/// CRC-32C (Castagnoli), by the processor's instruction where it has one; initial value and final xor 0xFFFFFFFF (RFC 3720).
/// </summary>
public static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte b in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
