using System.Buffers.Binary;
using OrleansKv.Engine.Io;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// The bytes of the file <c>PROMISES</c>, and nothing of their meaning. Little-endian:
/// <code>
///  0  8 B  "OKVPRM\r\n"
///  8  u32  format, 1
/// 12  u32  flags: bit 0, clean stop; bit 1, a shard without a row may have lost its tail
/// 16  16 B boot id of the machine, in the order of its text; zeros: not known
/// 32  u64  store id
/// 40  u32  n, rows
/// 44  n x { u16 shard | u32 promised epoch | u8 flags: bit 0, the tail may be lost }, ascending by shard
///     u32  CRC-32C of all before it
/// </code>
/// A file that does not say exactly this is refused: a node that guesses what it has promised breaks its promises.
/// </summary>
/// <param name="StoreId">The store that the file belongs to.</param>
/// <param name="BootId">The machine's boot in which the file was written; <see cref="Guid.Empty"/> when not known.</param>
/// <param name="IsCleanStop">Whether nothing was appended behind the file, and all before it was flushed.</param>
/// <param name="OthersMayHaveLostTail">The flag of the shards that have no row.</param>
/// <param name="Rows">At most one a shard.</param>
internal sealed record ReplicaPromisesFile(
    ulong StoreId, Guid BootId, bool IsCleanStop, bool OthersMayHaveLostTail, SortedDictionary<ushort, ReplicaPromise> Rows)
{
    public const string Name = "PROMISES";

    private const int Format = 1;
    private const int HeadBytes = 8 + 4 + 4 + 16 + 8 + 4;
    private const int RowBytes = 2 + 4 + 1;
    private const int ChecksumBytes = 4;
    private const uint CleanStop = 1;
    private const uint OthersLost = 2;
    private const byte TailLost = 1;

    /// <summary>All user shards and the system shard: about 7 KB.</summary>
    private const int MaxBytes = HeadBytes + ((ShardId.MaxCount + 1) * RowBytes) + ChecksumBytes;

    private const string Remedy = "Let this node join as a new one, with an empty folder: the others have its shards. Without this file, "
        + "or with an older copy of it, the node would break what it has promised to them";

    private static ReadOnlySpan<byte> Magic => "OKVPRM\r\n"u8;

    /// <summary>Reads a folder's file, which exists. Throws <see cref="CorruptionException"/>.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="storeId">The store that the file has to belong to.</param>
    public static ReplicaPromisesFile Read(IDisk disk, ulong storeId)
    {
        using var file = new FileWindow(disk, Name);
        if (file.Length > MaxBytes) throw Bad(file, MaxBytes, "it is longer than rows of all shards are");
        ReadOnlySpan<byte> bytes = file.At(0, (int)file.Length);
        if (bytes.Length < HeadBytes + ChecksumBytes) throw Bad(file, bytes.Length, "it ends within its first fields");
        if (!bytes.StartsWith(Magic)) throw Bad(file, 0, "it does not begin as a file of promises does");
        uint format = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (format > Format) throw CorruptionException.Newer(file.Path, format, Format);
        ReadOnlySpan<byte> content = bytes[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[content.Length..]) != Checksum.Of(content))
            throw Bad(file, content.Length, "its checksum does not match");
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(content[12..]);
        if (format != Format || flags > (CleanStop | OthersLost)) throw Bad(file, 8, "no program has written such a format or flags");
        ulong store = BinaryPrimitives.ReadUInt64LittleEndian(content[32..]);
        if (store != storeId) throw Bad(file, 32, $"it belongs to the store {store:x16}, and this is {storeId:x16}");
        return new ReplicaPromisesFile(store, new Guid(content[16..32], bigEndian: true), (flags & CleanStop) != 0,
            (flags & OthersLost) != 0, ReadRows(file, content));
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + (Rows.Count * RowBytes) + ChecksumBytes];
        Span<byte> to = bytes;
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Format);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], (IsCleanStop ? CleanStop : 0) | (OthersMayHaveLostTail ? OthersLost : 0));
        BootId.TryWriteBytes(to[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], StoreId);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], (uint)Rows.Count);
        int at = HeadBytes;
        foreach ((ushort shard, ReplicaPromise row) in Rows)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to[at..], shard);
            BinaryPrimitives.WriteUInt32LittleEndian(to[(at + 2)..], row.Promised.Value);
            to[at + 6] = row.MayHaveLostTail ? TailLost : (byte)0;
            at += RowBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(to[at..], Checksum.Of(to[..at]));
        return bytes;
    }

    private static SortedDictionary<ushort, ReplicaPromise> ReadRows(FileWindow file, ReadOnlySpan<byte> content)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(content[40..]);
        if (content.Length != HeadBytes + (count * (long)RowBytes)) throw Bad(file, 40, $"it is not as long as its {count} rows are");
        var rows = new SortedDictionary<ushort, ReplicaPromise>();
        for (int at = HeadBytes; at < content.Length; at += RowBytes)
        {
            ushort shard = BinaryPrimitives.ReadUInt16LittleEndian(content[at..]);
            var row = new ReplicaPromise(
                new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(content[(at + 2)..])), content[at + 6] == TailLost);
            if (shard > ShardId.MaxCount || content[at + 6] > TailLost || !rows.TryAdd(shard, row))
                throw Bad(file, at, "no program has written such a row");
        }

        return rows;
    }

    private static CorruptionException Bad(FileWindow file, long offset, string problem) => new(file.Path, offset, problem, Remedy);
}
