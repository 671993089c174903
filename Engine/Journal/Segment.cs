using System.Buffers.Binary;
using System.Globalization;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// A journal file's name and its 40-byte header, little-endian:
/// <code>
///  0  8 B  magic "OKVWAL" 0x0D 0x0A
///  8  u32  format version (2; 1 is read, too)
/// 12  u32  CRC-32C of bytes 16 to 40
/// 16  u64  number: 1, 2, 3, ...
/// 24  u64  journal offset of the first record (headers are not counted)
/// 32  u64  store id
/// </code>
/// </summary>
public readonly record struct Segment(long Number, JournalOffset Base, ulong StoreId, uint Version = Segment.FormatVersion)
{
    public const int HeaderBytes = 40;
    public const uint FormatVersion = 2;

    /// <summary>The segment that is claimed ahead of time; it becomes a real one by its header and its new name.</summary>
    public const string SpareName = "journal-next.tmp";

    private static ReadOnlySpan<byte> Magic => "OKVWAL\r\n"u8;

    public string Name => NameOf(Number);

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"journal-{number:D16}.wal");

    public static bool IsName(string name) =>
        name.StartsWith("journal-", StringComparison.Ordinal) && name.EndsWith(".wal", StringComparison.Ordinal);

    public byte[] Header()
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), Number);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), Base.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), StoreId);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Checksum.Of(header.AsSpan(16)));
        return header;
    }

    /// <summary>The format version of a file that a newer program wrote; null for every other.</summary>
    public static uint? NewerVersion(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderBytes && file[..8].SequenceEqual(Magic)
        && BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) is > FormatVersion and var version ? version : null;

    /// <summary>The header, or what is wrong with it.</summary>
    public static Segment? TryRead(ReadOnlySpan<byte> file, out string? problem)
    {
        problem = null;
        if (file.Length < HeaderBytes) problem = "shorter than a segment header";
        else if (!file[..8].SequenceEqual(Magic)) problem = "not a journal segment";
        else if (NewerVersion(file) is { } version) problem = $"format version {version} is newer than this program's {FormatVersion}";
        else if (BinaryPrimitives.ReadUInt32LittleEndian(file[12..]) != Checksum.Of(file[16..HeaderBytes]))
            problem = "segment header checksum does not match";
        if (problem is not null) return null;
        return new Segment(
            BinaryPrimitives.ReadInt64LittleEndian(file[16..]),
            new JournalOffset(BinaryPrimitives.ReadInt64LittleEndian(file[24..])),
            BinaryPrimitives.ReadUInt64LittleEndian(file[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
    }
}
