using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Recovery;

/// <summary>Reads one record of a segment. The effect's spans are valid until the file is read again.</summary>
internal static class RecordReader
{
    /// <summary>Null when a whole record stands at <paramref name="at"/>; otherwise what is wrong.</summary>
    public static string? TryRead(FileWindow file, long at, out RecordHeader header, out Effect effect)
    {
        header = default;
        effect = default;
        long rest = file.Length - at;
        if (rest < RecordHeader.SizeBytes) return "the file ends inside a record's header";
        header = RecordHeader.Read(file.At(at, RecordHeader.SizeBytes));
        if (header.Length < 0 || header.Length > Math.Min(rest, Array.MaxLength) - RecordHeader.SizeBytes) return "the file ends inside a record";
        ReadOnlySpan<byte> record = file.At(at, RecordHeader.SizeBytes + header.Length);
        if (Checksum.Of(record[4..]) != header.Crc) return "a record's checksum does not match";
        if (header.Kind is < EffectKind.Set or > EffectKind.Mark) return $"a record is of a kind ({(int)header.Kind}) that this program does not know";
        return RecordBody.TryRead(header.Kind, record[RecordHeader.SizeBytes..], out effect) ? null : "a record's body is no effect";
    }
}
