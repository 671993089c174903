using System.Buffers.Binary;
using System.Globalization;
using OrleansKv.Engine.Journal;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// A snapshot's name and its 48-byte header, little-endian:
/// <code>
///  0  8 B  magic "OKVSNP" 0x0D 0x0A
///  8  u32  format version (1)
/// 12  u32  CRC-32C of bytes 16 to 48
/// 16  u32  shard
/// 20  u32  epoch
/// 24  u64  lsn            the state is the one after this record
/// 32  u64  replay offset  journal offset from which later records are found
/// 40  u64  store id
/// </code>
/// </summary>
public readonly record struct SnapshotHeader(ShardId Shard, Epoch Epoch, Lsn Lsn, JournalOffset ReplayFrom, ulong StoreId)
{
    public const int SizeBytes = 48;
    public const uint FormatVersion = 1;

    private static ReadOnlySpan<byte> Magic => "OKVSNP\r\n"u8;

    /// <summary>The state is the one after this record.</summary>
    public LogPosition Position => new(Epoch, Lsn);

    public string Name => string.Create(CultureInfo.InvariantCulture, $"snapshot-{Shard.Value:D4}-{Lsn.Value:D15}-{ReplayFrom.Value:D16}.kvs");

    public static bool IsName(string name) => name.StartsWith("snapshot-", StringComparison.Ordinal) && name.EndsWith(".kvs", StringComparison.Ordinal);

    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Shard.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Lsn.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), ReplayFrom.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), StoreId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Checksum.Of(bytes.AsSpan(16)));
        return bytes;
    }

    /// <summary>The format version of a file that a newer program wrote; null for every other.</summary>
    public static uint? NewerVersion(ReadOnlySpan<byte> file) =>
        file.Length >= SizeBytes && file[..8].SequenceEqual(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) is > FormatVersion and var version ? version : null;

    public static SnapshotHeader? TryRead(ReadOnlySpan<byte> file, out string? problem)
    {
        problem = null;
        if (file.Length < SizeBytes) problem = "shorter than a snapshot header";
        else if (!file[..8].SequenceEqual(Magic)) problem = "not a snapshot";
        else if (NewerVersion(file) is { } version) problem = $"format version {version} is newer than this program's {FormatVersion}";
        else if (BinaryPrimitives.ReadUInt32LittleEndian(file[12..]) != Checksum.Of(file[16..SizeBytes])) problem = "snapshot header checksum does not match";
        if (problem is not null) return null;
        return new SnapshotHeader(
            new ShardId((ushort)BinaryPrimitives.ReadUInt32LittleEndian(file[16..])),
            new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(file[20..])),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(file[24..])),
            new JournalOffset(BinaryPrimitives.ReadInt64LittleEndian(file[32..])),
            BinaryPrimitives.ReadUInt64LittleEndian(file[40..]));
    }
}
