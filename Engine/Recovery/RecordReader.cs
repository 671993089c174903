using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>Reads one record of a segment. The effect's spans are valid until the file is read again.</summary>
internal static class RecordReader
{
    /// <summary>Null when a whole record stands at <paramref name="at"/>; otherwise what is wrong.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="version">The segment's format.</param>
    /// <param name="at">Byte of the file.</param>
    /// <param name="header">The record's header; with what is wrong behind it, if that can be read.</param>
    /// <param name="effect">What it does.</param>
    /// <param name="isSealed">Whether its checksum fits: then no torn write has left it, whatever is wrong.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // for each record of a start, long before a tier would come
    public static string? TryRead(FileWindow file, uint version, long at, out RecordHeader header, out Effect effect, out bool isSealed)
    {
        header = default;
        effect = default;
        isSealed = false;
        long rest = file.Length - at;
        if (rest < RecordHeader.SizeBytes) return "the file ends inside a record's header";
        header = RecordHeader.Read(file.At(at, RecordHeader.SizeBytes));
        if (header.Length < 0 || header.Length > Math.Min(rest, Array.MaxLength) - RecordHeader.SizeBytes)
            return "the file ends inside a record";
        ReadOnlySpan<byte> record = file.At(at, RecordHeader.SizeBytes + header.Length);
        if (Checksum.Of(record[4..]) != header.Crc) return "a record's checksum does not match";
        isSealed = true;
        if (!IsKnown(version, header.Kind)) return $"a record is of a kind ({(int)header.Kind}) that this program does not know";
        bool isBody = RecordBody.TryRead(version, header.Kind, record[RecordHeader.SizeBytes..], out effect);
        return isBody ? null : "a record's body is no effect";
    }

    /// <summary>Whether records of a kind stand in segments of a format.</summary>
    public static bool IsKnown(uint version, EffectKind kind) => kind switch
    {
        EffectKind.GroupEnd => version == 1,
        EffectKind.EpochBegins => version > 1,
        _ => kind is >= EffectKind.Set and <= EffectKind.Mark,
    };
}
