using System.Buffers.Binary;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Shards;

/// <summary>Where a tenure begins in a shard. Its bytes, little-endian: <c>u32 epoch | u64 Lsn of its first record</c>.</summary>
public readonly record struct EpochStart(Epoch Epoch, Lsn First)
{
    public const int SizeBytes = 12;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], First.Value);
    }

    public static EpochStart Read(ReadOnlySpan<byte> from) =>
        new(new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(from)), new Lsn(BinaryPrimitives.ReadInt64LittleEndian(from[4..])));
}
