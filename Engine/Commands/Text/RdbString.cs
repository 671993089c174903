using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using OrleansKv.Engine.Store;

namespace OrleansKv.Engine.Commands.Text;

/// <summary>
/// A string in the payload of DUMP (Redis' rdb.c): <c>u8 type (0) | string | u16 RDB version | u64 CRC-64 of all before</c>, little-endian.
/// A string is a length and bytes, or an integer of 8, 16 or 32 bits, or LZF-compressed bytes.
/// </summary>
internal static class RdbString
{
    /// <summary>RDB version of Redis 7.0; newer payloads are refused, as Redis does.</summary>
    private const int Version = 10;

    private const int FooterBytes = 10;
    private const byte Integer8 = 0xC0;
    private const byte Integer16 = 0xC1;
    private const byte Integer32 = 0xC2;
    private const byte Compressed = 0xC3;

    public static byte[] Write(ReadOnlySpan<byte> value)
    {
        var bytes = new byte[1 + 9 + value.Length + FooterBytes];
        int at = 1;
        if (value.Length <= 11 && Number.TryInteger(value, out long number) && number is >= int.MinValue and <= int.MaxValue)
        {
            at = WriteInteger(bytes, (int)number);
        }
        else
        {
            at += WriteLength(bytes.AsSpan(at), (uint)value.Length);
            value.CopyTo(bytes.AsSpan(at));
            at += value.Length;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at + 2), Crc64.Compute(bytes.AsSpan(0, at + 2)));
        return bytes[..(at + FooterBytes)];
    }

    /// <summary>Whether version and checksum are right.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < FooterBytes) return false;
        if (BinaryPrimitives.ReadUInt16LittleEndian(payload[^FooterBytes..]) > Version) return false;
        ulong crc = BinaryPrimitives.ReadUInt64LittleEndian(payload[^8..]);
        return crc == Crc64.Compute(payload[..^8]);
    }

    /// <summary>Reads the string; what stands between it and the footer is not looked at, as in Redis.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        ReadOnlySpan<byte> body = payload[..^FooterBytes];
        if (body.Length < 2 || body[0] != 0) return false; // another type
        body = body[1..];
        switch (body[0])
        {
            case Integer8 when body.Length >= 2:
                value = Digits((sbyte)body[1]);
                return true;
            case Integer16 when body.Length >= 3:
                value = Digits(BinaryPrimitives.ReadInt16LittleEndian(body[1..]));
                return true;
            case Integer32 when body.Length >= 5:
                value = Digits(BinaryPrimitives.ReadInt32LittleEndian(body[1..]));
                return true;
            case Compressed:
                body = body[1..];
                if (!TryReadLength(ref body, out uint packed) || !TryReadLength(ref body, out uint unpacked)) return false;
                // The size is a claim: what so few bytes cannot expand to is refused before memory is taken.
                if (packed > body.Length || unpacked > StoreOptions.LongestValueBytes || unpacked > packed * Lzf.MaxRatio) return false;
                value = new byte[unpacked];
                return Lzf.TryExpand(body[..(int)packed], value);
            default:
                if (!TryReadLength(ref body, out uint length) || length > body.Length) return false;
                value = body[..(int)length].ToArray();
                return true;
        }
    }

    private static int WriteInteger(Span<byte> to, int number)
    {
        if (number is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            to[1] = Integer8;
            to[2] = (byte)number;
            return 3;
        }

        if (number is >= short.MinValue and <= short.MaxValue)
        {
            to[1] = Integer16;
            BinaryPrimitives.WriteInt16LittleEndian(to[2..], (short)number);
            return 4;
        }

        to[1] = Integer32;
        BinaryPrimitives.WriteInt32LittleEndian(to[2..], number);
        return 6;
    }

    // 6 bits; or 14 bits; or 0x80 and 32 bits, the latter two big-endian. Redis reads 0x81 and 64 bits as well.
    private static int WriteLength(Span<byte> to, uint length)
    {
        if (length < 1 << 6)
        {
            to[0] = (byte)length;
            return 1;
        }

        if (length < 1 << 14)
        {
            BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)(0x4000 | length));
            return 2;
        }

        to[0] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(to[1..], length);
        return 5;
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> from, out uint length)
    {
        length = 0;
        if (from.IsEmpty) return false;
        switch (from[0] >> 6)
        {
            case 0:
                length = from[0];
                from = from[1..];
                return true;
            case 1 when from.Length >= 2:
                length = BinaryPrimitives.ReadUInt16BigEndian(from) & 0x3FFFu;
                from = from[2..];
                return true;
            case 2 when from[0] == 0x80 && from.Length >= 5:
                length = BinaryPrimitives.ReadUInt32BigEndian(from[1..]);
                from = from[5..];
                return true;
            case 2 when from[0] == 0x81 && from.Length >= 9:
                ulong longLength = BinaryPrimitives.ReadUInt64BigEndian(from[1..]);
                length = (uint)longLength;
                from = from[9..];
                return longLength <= StoreOptions.LongestValueBytes;
            default:
                return false;
        }
    }

    private static byte[] Digits(long number)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, text, out int length);
        return text[..length].ToArray();
    }
}
