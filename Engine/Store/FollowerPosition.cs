using System.Buffers.Binary;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Where a server that follows another one as a whole is, as it says: <c>u32 CRC of its slot map | u16 n | n x { u32 epoch | u64 Lsn } |
/// lineage</c>. Little-endian. Immutable.
/// </summary>
/// <param name="MapChecksum">CRC-32C of its slot map.</param>
/// <param name="Positions">Of its shards.</param>
/// <param name="Lineage">Of which past its records are.</param>
public sealed record FollowerPosition(uint MapChecksum, LogPosition[] Positions, Lineage Lineage)
{
    private const int HeadBytes = 6;

    public byte[] ToBytes()
    {
        byte[] lineage = Lineage.ToBytes();
        var bytes = new byte[HeadBytes + (Positions.Length * EpochStart.SizeBytes) + lineage.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, MapChecksum);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)Positions.Length);
        for (int i = 0; i < Positions.Length; i++)
            new EpochStart(Positions[i].Epoch, Positions[i].Lsn).Write(bytes.AsSpan(HeadBytes + (i * EpochStart.SizeBytes)));
        lineage.CopyTo(bytes.AsSpan(bytes.Length - lineage.Length));
        return bytes;
    }

    /// <summary>Throws <see cref="InvalidDataException"/> for bytes that are none.</summary>
    public static FollowerPosition FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes) throw new InvalidDataException("a follower's state is too short");
        var positions = new LogPosition[BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..])];
        int end = HeadBytes + (positions.Length * EpochStart.SizeBytes);
        if (bytes.Length < end) throw new InvalidDataException("a follower's state is too short");
        for (int i = 0; i < positions.Length; i++)
        {
            EpochStart position = EpochStart.Read(bytes[(HeadBytes + (i * EpochStart.SizeBytes))..]);
            positions[i] = new LogPosition(position.Epoch, position.First);
        }

        return new FollowerPosition(BinaryPrimitives.ReadUInt32LittleEndian(bytes), positions, Lineage.FromBytes(bytes[end..]));
    }
}
