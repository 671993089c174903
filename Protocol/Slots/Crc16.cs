using System.Buffers.Binary;

namespace OrleansKv.Protocol.Slots;

/// <summary>
/// CRC-16/XMODEM (polynomial 0x1021, initial value 0), the one that the Redis Cluster specification names for key slots.
/// Eight bytes a step from eight tables (slicing-by-8): a 16-byte key takes two steps.
/// </summary>
public static class Crc16
{
    private const ushort Polynomial = 0x1021;
    private static readonly ushort[] Tables = BuildTables();

    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> t = Tables;
        uint crc = 0;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            uint first = (uint)(word >> 48) ^ crc;
            crc = (uint)(t[(7 * 256) + (int)(first >> 8)] ^ t[(6 * 256) + (int)(first & 0xFF)]
                ^ t[(5 * 256) + (int)((word >> 40) & 0xFF)] ^ t[(4 * 256) + (int)((word >> 32) & 0xFF)]
                ^ t[(3 * 256) + (int)((word >> 24) & 0xFF)] ^ t[(2 * 256) + (int)((word >> 16) & 0xFF)]
                ^ t[256 + (int)((word >> 8) & 0xFF)] ^ t[(int)(word & 0xFF)]);
            bytes = bytes[8..];
        }

        foreach (byte b in bytes) crc = ((crc << 8) & 0xFF00) ^ t[(int)((crc >> 8) ^ b)];
        return (ushort)crc;
    }

    // Table k holds, for each byte, its CRC when k zero bytes follow it.
    private static ushort[] BuildTables()
    {
        var tables = new ushort[8 * 256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            tables[value] = (ushort)crc;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            ushort before = tables[i - 256];
            tables[i] = (ushort)((before << 8) ^ tables[before >> 8]);
        }

        return tables;
    }
}
