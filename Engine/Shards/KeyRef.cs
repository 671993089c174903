using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Shards;

/// <summary>A key with what routing and look-up need of it, computed once.</summary>
public readonly ref struct KeyRef(ReadOnlySpan<byte> bytes, SlotId slot, uint hash)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public SlotId Slot { get; } = slot;

    public uint Hash { get; } = hash;

    public static KeyRef Of(ReadOnlySpan<byte> bytes, ulong hashSeed) =>
        new(bytes, Protocol.Slots.Slot.Of(bytes), KeyTable.HashOf(bytes, hashSeed));
}
