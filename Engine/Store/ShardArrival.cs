using System.Buffers.Binary;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A whole shard on its way between two nodes. The bytes, little-endian:
/// <code>
///  0  u32 format version (2)
///  4  u32 CRC-32C of what follows
///  8  u32 shard
/// 12  u32 epoch: the tenure in which it left
/// 16  u32 epoch of its last record | u64 lsn of its last record
/// 28  u32 n, tenures of the shard
/// 32  n x { u32 epoch | u64 first lsn } | entries as in a snapshot's blocks
/// </code>
/// </summary>
internal readonly ref struct ShardArrival
{
    public const uint FormatVersion = 2;

    private const int FixedBytes = 32;

    private readonly ReadOnlySpan<byte> _entries;

    private ShardArrival(ShardId shard, LogPosition position, EpochStart[] epochs, ReadOnlySpan<byte> entries)
    {
        Shard = shard;
        Position = position;
        Epochs = epochs;
        _entries = entries;
    }

    public ShardId Shard { get; }

    /// <summary>Where it stands when it has arrived: at the first record of its new tenure, which is nowhere but in this state.</summary>
    public LogPosition Position { get; }

    public EpochStart[] Epochs { get; }

    /// <summary>Size of the bytes before the entries.</summary>
    public static int HeadBytes(int epochs) => FixedBytes + (epochs * EpochStart.SizeBytes);

    /// <summary>Writes all but the entries, which stand in their place already.</summary>
    public static void WriteHead(Span<byte> to, Shard shard, ReadOnlySpan<EpochStart> epochs)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], shard.Id.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], shard.Epoch.Value);
        new EpochStart(shard.Position.Epoch, shard.Position.Lsn).Write(to[16..]);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], epochs.Length);
        for (int i = 0; i < epochs.Length; i++) epochs[i].Write(to[(FixedBytes + (i * EpochStart.SizeBytes))..]);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Checksum.Of(to[8..]));
    }

    /// <summary>The tenure in which the shard left; throws <see cref="InvalidDataException"/> when the bytes are no shard.</summary>
    public static Epoch EpochOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != FormatVersion)
            throw new InvalidDataException("these bytes are no shard that this program can read");
        return new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }

    /// <summary>
    /// Reads a shard that arrives in a new tenure. Throws <see cref="InvalidDataException"/> when the bytes are damaged, or another shard.
    /// </summary>
    public static ShardArrival Read(ShardId id, Epoch tenure, ReadOnlySpan<byte> bytes)
    {
        _ = EpochOf(bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum.Of(bytes[8..]))
            throw new InvalidDataException($"shard {id} was damaged on its way: its checksum does not match");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != id.Value)
            throw new InvalidDataException($"these bytes are not shard {id}");
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]);
        if (count is < 0 or > EpochHistory.MaxCount || bytes.Length < HeadBytes(count))
            throw new InvalidDataException($"shard {id} comes with {count} tenures");

        var history = new EpochHistory();
        for (int i = 0; i < count; i++)
        {
            EpochStart start = EpochStart.Read(bytes[(FixedBytes + (i * EpochStart.SizeBytes))..]);
            history.Note(new LogPosition(start.Epoch, start.First));
        }

        var position = new LogPosition(tenure, EpochStart.Read(bytes[16..]).First.Next);
        history.Note(position);
        return new ShardArrival(id, position, history.ToArray(), bytes[HeadBytes(count)..]);
    }

    public void ReadEntries(SnapshotEntryReader visit) =>
        SnapshotFormat.ReadBlock("a shard on its way", FixedBytes, SnapshotHeader.FormatVersion, _entries, visit);
}
