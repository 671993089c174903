using System.Buffers.Binary;

namespace OrleansKv.Protocol.Records;

/// <summary>
/// The 32 bytes before a record's body, little-endian (docs/FORMAT.md):
/// <code>
///  0  u32 crc      CRC-32C of bytes 4 to the end of the body
///  4  u32 length   bytes of the body
///  8  u8  kind     EffectKind
///  9  u8  flags    RecordFlags; in format 1 bit 0: belongs to a group that a GroupEnd record closes
/// 10  u16 shard
/// 12  u32 epoch    0 for records of no shard
/// 16  u64 lsn      dense within the shard; 0 for records of no shard
/// 24  u64 synced   journal offset below which everything was on the disk when this record was appended
/// </code>
/// </summary>
public readonly record struct RecordHeader(
    uint Crc, int Length, EffectKind Kind, RecordFlags Flags, ShardId Shard, LogPosition Position, JournalOffset Synced)
{
    public const int SizeBytes = 32;

    private const int FlagsAt = 9;

    /// <summary>Whether the group goes on behind this record. In format 1 its end is a record of its own.</summary>
    public bool Continues => (Flags & RecordFlags.Continues) != 0;

    /// <summary>Whether the group goes on with the shard's next record.</summary>
    public bool ContinuesInShard => (Flags & RecordFlags.ShardContinues) != 0;

    /// <summary>Bytes of the whole record, header and body.</summary>
    public long RecordBytes => SizeBytes + (long)Length;

    /// <summary>Whether it belongs to a shard: changes of the slot map and marks belong to none.</summary>
    public bool IsOfAShard => Position.Lsn != Lsn.None;

    /// <summary>Writes all but the checksum.</summary>
    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Length);
        to[8] = (byte)Kind;
        to[FlagsAt] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], Shard.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Position.Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Position.Lsn.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Synced.Value);
    }

    public static RecordHeader Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(from),
        BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
        (EffectKind)from[8],
        (RecordFlags)from[FlagsAt],
        new ShardId(BinaryPrimitives.ReadUInt16LittleEndian(from[10..])),
        new LogPosition(new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(from[12..])),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(from[16..]))),
        new JournalOffset(BinaryPrimitives.ReadInt64LittleEndian(from[24..])));

    /// <summary>Writes the checksum of a whole record, header and body.</summary>
    public static void Seal(Span<byte> record) => BinaryPrimitives.WriteUInt32LittleEndian(record, Checksum.Of(record[4..]));

    /// <summary>Takes flags away from a whole record, and seals it again.</summary>
    public static void Clear(Span<byte> record, RecordFlags flags)
    {
        record[FlagsAt] &= (byte)~flags;
        Seal(record);
    }
}
