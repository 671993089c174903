using System.Buffers.Binary;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The body of a record: <c>u32 key length | i64 deadline in ms (Set, SetDeadline) or offset (Patch) | key | value</c>. A slot map
/// record has an empty key and the map's bytes as value.
/// </summary>
public static class RecordBody
{
    public const int FixedBytes = 12;

    public static int SizeOf(in Effect effect) => FixedBytes + effect.Key.Length + effect.Value.Length;

    public static void Write(in Effect effect, Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, effect.Key.Length);
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], effect.Kind == EffectKind.Patch ? effect.Offset : effect.DeadlineMs);
        effect.Key.CopyTo(to[FixedBytes..]);
        effect.Value.CopyTo(to[(FixedBytes + effect.Key.Length)..]);
    }

    /// <summary>False when the bytes cannot be a body.</summary>
    public static bool TryRead(EffectKind kind, ReadOnlySpan<byte> body, out Effect effect)
    {
        effect = default;
        if (body.Length < FixedBytes) return false;
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(body);
        if (keyLength < 0 || keyLength > body.Length - FixedBytes) return false;
        long number = BinaryPrimitives.ReadInt64LittleEndian(body[4..]);
        bool isPatch = kind == EffectKind.Patch;
        if (isPatch && number is < 0 or > int.MaxValue) return false;
        effect = new Effect(kind, body.Slice(FixedBytes, keyLength), body[(FixedBytes + keyLength)..], isPatch ? 0 : number, isPatch ? (int)number : 0);
        return true;
    }
}
