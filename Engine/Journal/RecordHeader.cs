using System.Buffers.Binary;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The 32 bytes before a record's body, little-endian (docs/FORMAT.md):
/// <code>
///  0  u32 crc      CRC-32C of bytes 4 to the end of the body
///  4  u32 length   bytes of the body
///  8  u8  kind     EffectKind
///  9  u8  flags    bit 0: belongs to a group that a GroupEnd record closes
/// 10  u16 shard
/// 12  u32 epoch
/// 16  u64 lsn      dense within the shard; 0 for records of no shard
/// 24  u64 synced   journal offset below which everything was on the disk when this record was appended
/// </code>
/// </summary>
public readonly record struct RecordHeader(uint Crc, int Length, EffectKind Kind, bool InGroup, ShardId Shard, Epoch Epoch, Lsn Lsn, JournalOffset Synced)
{
    public const int SizeBytes = 32;

    private const byte GroupFlag = 1;

    /// <summary>Writes all but the checksum.</summary>
    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Length);
        to[8] = (byte)Kind;
        to[9] = InGroup ? GroupFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], Shard.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Lsn.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Synced.Value);
    }

    public static RecordHeader Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(from),
        BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
        (EffectKind)from[8],
        (from[9] & GroupFlag) != 0,
        new ShardId(BinaryPrimitives.ReadUInt16LittleEndian(from[10..])),
        new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(from[12..])),
        new Lsn(BinaryPrimitives.ReadInt64LittleEndian(from[16..])),
        new JournalOffset(BinaryPrimitives.ReadInt64LittleEndian(from[24..])));
}
