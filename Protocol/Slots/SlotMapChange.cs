using System.Buffers.Binary;

namespace OrleansKv.Protocol.Slots;

/// <summary>
/// One change of a slot map as the journal keeps it, 18 bytes little-endian:
/// <c>u64 version | u32 shard count | u16 slot (0xFFFF: only the count changes) | u16 owner | u16 source (0xFFFF: the move is done)</c>.
/// </summary>
public static class SlotMapChange
{
    public const int SizeBytes = 18;
    private const ushort None = ushort.MaxValue;

    public static byte[] ShardCount(SlotMap map) => Write(map, None, 0, None);

    public static byte[] Move(SlotMap map, SlotId slot) => Write(map, slot.Value, map.OwnerOf(slot).Value, map.SourceOf(slot).Value);

    public static byte[] MoveDone(SlotMap map, SlotId slot) => Write(map, slot.Value, map.OwnerOf(slot).Value, None);

    /// <summary>The map after the change; the same map when it has it already.</summary>
    public static SlotMap Apply(SlotMap map, ReadOnlySpan<byte> change)
    {
        if (change.Length != SizeBytes)
            throw new InvalidDataException($"a change of the slot map has {SizeBytes} bytes, not {change.Length}");
        long version = BinaryPrimitives.ReadInt64LittleEndian(change);
        if (version <= map.Version) return map;
        int count = BinaryPrimitives.ReadInt32LittleEndian(change[8..]);
        ushort number = BinaryPrimitives.ReadUInt16LittleEndian(change[12..]);
        if (number == None) return map.WithShardCount(count);
        var slot = new SlotId(number);
        ushort source = BinaryPrimitives.ReadUInt16LittleEndian(change[16..]);
        return source == None
            ? map.WithMoveDone(slot)
            : map.WithMove(slot, new ShardId(BinaryPrimitives.ReadUInt16LittleEndian(change[14..])), new ShardId(source));
    }

    private static byte[] Write(SlotMap map, ushort slot, ushort owner, ushort source)
    {
        var bytes = new byte[SizeBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, map.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), map.ShardCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), slot);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), owner);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), source);
        return bytes;
    }
}
