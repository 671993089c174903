using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains;

/// <summary>
/// Which shard owns each slot, as the cluster map has it: 64 KiB that seldom change, and that all versions of the map with the same slots
/// share. They are sent and stored apart from the map (<see cref="ClusterMapUpdate"/>). Immutable; any thread.
/// </summary>
public sealed class ClusterSlots
{
    private SlotMap? _map;

    /// <param name="bytes">A slot map (<see cref="SlotMap.ToBytes"/>); not changed by anybody from now on. Empty: no slots.</param>
    public ClusterSlots(byte[] bytes)
    {
        Bytes = bytes;
        // The first 64 bits of a digest of what they are: two clusters, or two nodes, never mean different slots by one id.
        Id = bytes.Length == 0 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }

    /// <summary>The slots of no map.</summary>
    public static ClusterSlots None { get; } = new([]);

    public byte[] Bytes { get; }

    /// <summary>The same wherever the slots are the same; 0 for none.</summary>
    public ulong Id { get; }

    /// <summary>Throws <see cref="InvalidDataException"/> when the bytes are not a slot map.</summary>
    public SlotMap Map => _map ??= SlotMap.FromBytes(Bytes);
}
