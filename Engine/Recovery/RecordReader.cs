using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Recovery;

/// <summary>Reads one record of a segment's bytes.</summary>
internal static class RecordReader
{
    /// <summary>Null when a whole record stands at <paramref name="at"/>; otherwise what is wrong.</summary>
    public static string? TryRead(ReadOnlySpan<byte> file, int at, out RecordHeader header, out Effect effect)
    {
        header = default;
        effect = default;
        ReadOnlySpan<byte> rest = file[at..];
        if (rest.Length < RecordHeader.SizeBytes) return "the file ends inside a record's header";
        header = RecordHeader.Read(rest);
        if (header.Length < 0 || header.Length > rest.Length - RecordHeader.SizeBytes) return "the file ends inside a record";
        ReadOnlySpan<byte> record = rest[..(RecordHeader.SizeBytes + header.Length)];
        if (Checksum.Of(record[4..]) != header.Crc) return "a record's checksum does not match";
        if (header.Kind is < EffectKind.Set or > EffectKind.Mark) return $"a record is of a kind ({(int)header.Kind}) that this program does not know";
        return RecordBody.TryRead(header.Kind, record[RecordHeader.SizeBytes..], out effect) ? null : "a record's body is no effect";
    }
}
