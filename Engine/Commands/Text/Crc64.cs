namespace OrleansKv.Engine.Commands.Text;

/// <summary>
/// CRC-64 of Redis payloads: Jones' polynomial, reflected, initial value 0 (redis/src/crc64.c; "123456789" gives E9C6D914C4B8D9CA).
/// </summary>
internal static class Crc64
{
    private const ulong Polynomial = 0x95AC_9329_AC4B_C9B5; // 0xad93d23594c935a9 with its bits reversed
    private static readonly ulong[] Table = Build();

    public static ulong Compute(ReadOnlySpan<byte> bytes)
    {
        ulong crc = 0;
        foreach (byte b in bytes) crc = Table[(byte)crc ^ b] ^ (crc >> 8);
        return crc;
    }

    private static ulong[] Build()
    {
        var table = new ulong[256];
        for (int value = 0; value < 256; value++)
        {
            ulong crc = (ulong)value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            table[value] = crc;
        }

        return table;
    }
}
