using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OrleansKv.Protocol.Records;

/// <summary>
/// The body of a record, little-endian:
/// <code>
///  0  u16 key length
///  2  u8  type of the entry (EntryType, and its encoding in the upper four bits)
///  3  u8  parts: bit 0, a number; bit 1, a member (of a collection; none is written yet)
///  4  [i64 number: deadline in ms (Set, SetDeadline) or offset (Patch); not there: 0] | [u32 member length] | key | [member] | value
/// </code>
/// Format 1: <c>u32 key length | i64 number | key | value</c>. A slot map's record has an empty key and a
/// <c>SlotMapChange</c> as value.
/// </summary>
public static class RecordBody
{
    /// <summary>The shortest body.</summary>
    public const int MinBytes = 4;

    private const int MinBytesOfFormat1 = 12;
    private const byte NumberPart = 1;

    public static int SizeOf(in Effect effect) =>
        MinBytes + (NumberOf(effect) == 0 ? 0 : sizeof(long)) + effect.Key.Length + effect.Value.Length;

    public static void Write(in Effect effect, Span<byte> to)
    {
        long number = NumberOf(effect);
        BinaryPrimitives.WriteUInt16LittleEndian(to, checked((ushort)effect.Key.Length));
        to[2] = (byte)EntryType.String;
        to[3] = number == 0 ? (byte)0 : NumberPart;
        to = to[MinBytes..];
        if (number != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to, number);
            to = to[sizeof(long)..];
        }

        effect.Key.CopyTo(to);
        effect.Value.CopyTo(to[effect.Key.Length..]);
    }

    /// <summary>False when the bytes cannot be a body, or have what this program does not know.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(uint version, EffectKind kind, ReadOnlySpan<byte> body, out Effect effect)
    {
        effect = default;
        if (!TryReadHead(version, body, body.Length, out int keyAt, out int keyLength)) return false;
        // In both formats it stands at byte 4.
        long number = version == 1 || keyAt > MinBytes ? BinaryPrimitives.ReadInt64LittleEndian(body[MinBytes..]) : 0;
        bool isPatch = kind == EffectKind.Patch;
        if (isPatch && number is < 0 or > int.MaxValue) return false;
        ReadOnlySpan<byte> key = body.Slice(keyAt, keyLength), value = body[(keyAt + keyLength)..];
        effect = isPatch ? new Effect(kind, key, value, 0, (int)number) : new Effect(kind, key, value, number, 0);
        return true;
    }

    /// <summary>
    /// Whether the first bytes of a body (<see cref="MinBytes"/>, in format 1 twelve; or more) can be those of one with so many bytes.
    /// </summary>
    public static bool CouldBegin(uint version, ReadOnlySpan<byte> head, int length) => TryReadHead(version, head, length, out _, out _);

    /// <summary>The shortest body of a format.</summary>
    public static int MinBytesOf(uint version) => version == 1 ? MinBytesOfFormat1 : MinBytes;

    private static bool TryReadHead(uint version, ReadOnlySpan<byte> head, int length, out int keyAt, out int keyLength)
    {
        keyAt = MinBytesOf(version);
        keyLength = 0;
        if (length < keyAt) return false;
        if (version == 1)
        {
            keyLength = BinaryPrimitives.ReadInt32LittleEndian(head);
            return keyLength is >= 0 and <= ushort.MaxValue && keyLength <= length - keyAt;
        }

        keyLength = BinaryPrimitives.ReadUInt16LittleEndian(head);
        if (head[2] != (byte)EntryType.String || head[3] > NumberPart) return false;
        if (head[3] == NumberPart) keyAt += sizeof(long);
        return keyLength <= length - keyAt;
    }

    private static long NumberOf(in Effect effect) => effect.Kind == EffectKind.Patch ? effect.Offset : effect.DeadlineMs;
}
