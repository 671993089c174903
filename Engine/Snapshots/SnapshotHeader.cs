using System.Buffers.Binary;
using System.Globalization;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// A snapshot's name and its header, little-endian:
/// <code>
///  0  8 B  magic "OKVSNP" 0x0D 0x0A
///  8  u32  format version (2; 1 is read, too)
/// 12  u32  CRC-32C of bytes 16 to the end of the header
/// 16  u32  shard
/// 20  u32  epoch   \  the state is the one after the record
/// 24  u64  lsn     /  at this position
/// 32  u64  replay offset  journal offset from which later records are found
/// 40  u64  store id
/// 48  u32  n, tenures of the shard   \  not in format 1, whose
/// 52  u32  0                          |  header ends here
/// 56  n x { u32 epoch | u64 first lsn }, oldest first
/// </code>
/// </summary>
public readonly record struct SnapshotHeader(ShardId Shard, LogPosition Position, JournalOffset ReplayFrom, ulong StoreId,
    EpochStart[] Epochs)
{
    /// <summary>What every format has.</summary>
    public const int FixedBytes = 48;

    public const uint FormatVersion = 2;

    private const int EpochsAt = 56;

    private static ReadOnlySpan<byte> Magic => "OKVSNP\r\n"u8;

    public uint Version { get; init; } = FormatVersion;

    public int SizeBytes => Version == 1 ? FixedBytes : EpochsAt + (Epochs.Length * EpochStart.SizeBytes);

    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"snapshot-{Shard.Value:D4}-{Position.Epoch.Value:D10}-{Position.Lsn.Value:D15}-{ReplayFrom.Value:D16}.kvs");

    public static bool IsName(string name) =>
        name.StartsWith("snapshot-", StringComparison.Ordinal) && name.EndsWith(".kvs", StringComparison.Ordinal);

    /// <summary>The header in the newest format.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[EpochsAt + (Epochs.Length * EpochStart.SizeBytes)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Shard.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Position.Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Position.Lsn.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), ReplayFrom.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), StoreId);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FixedBytes), Epochs.Length);
        for (int i = 0; i < Epochs.Length; i++) Epochs[i].Write(bytes.AsSpan(EpochsAt + (i * EpochStart.SizeBytes)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Checksum.Of(bytes.AsSpan(16)));
        return bytes;
    }

    /// <summary>The format version of a file that a newer program wrote; null for every other.</summary>
    public static uint? NewerVersion(ReadOnlySpan<byte> file) =>
        file.Length >= FixedBytes && file[..8].SequenceEqual(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) is > FormatVersion and var version ? version : null;

    /// <summary>The header of a file, or what is wrong with it.</summary>
    internal static SnapshotHeader? TryRead(FileWindow file, out string? problem)
    {
        problem = null;
        ReadOnlySpan<byte> head = file.At(0, EpochsAt);
        if (head.Length < FixedBytes) problem = "shorter than a snapshot header";
        else if (!head[..8].SequenceEqual(Magic)) problem = "not a snapshot";
        else if (NewerVersion(head) is { } newer) problem = $"format version {newer} is newer than this program's {FormatVersion}";
        if (problem is not null) return null;

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        int epochs = version == 1 ? 0 : head.Length < EpochsAt ? -1 : BinaryPrimitives.ReadInt32LittleEndian(head[FixedBytes..]);
        bool isPossible = epochs is >= 0 and <= EpochHistory.MaxCount;
        int size = version == 1 ? FixedBytes : EpochsAt + (isPossible ? epochs * EpochStart.SizeBytes : 0);
        if (isPossible) head = file.At(0, size);
        if (!isPossible || head.Length < size || BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) != Checksum.Of(head[16..size]))
        {
            problem = "snapshot header checksum does not match";
            return null;
        }

        var starts = new EpochStart[epochs];
        for (int i = 0; i < epochs; i++) starts[i] = EpochStart.Read(head[(EpochsAt + (i * EpochStart.SizeBytes))..]);
        return new SnapshotHeader(
            new ShardId((ushort)BinaryPrimitives.ReadUInt32LittleEndian(head[16..])),
            new LogPosition(new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(head[20..])),
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(head[24..]))),
            new JournalOffset(BinaryPrimitives.ReadInt64LittleEndian(head[32..])),
            BinaryPrimitives.ReadUInt64LittleEndian(head[40..]),
            starts) { Version = version };
    }
}
