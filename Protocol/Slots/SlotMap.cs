using System.Buffers.Binary;

namespace OrleansKv.Protocol.Slots;

/// <summary>
/// Which shard owns each slot. Immutable; a change makes a new one with the next version, and a reader keeps the reference it took.
/// A slot on its way has its new owner already, and remembers the shard that still holds keys of it.
/// </summary>
public sealed class SlotMap
{
    private const ushort Moving = 0x8000;
    private const ushort NotMoving = ushort.MaxValue;

    private readonly ushort[] _owners; // owner, with the Moving bit while keys are still elsewhere
    private readonly ushort[]? _sources; // by slot, null while nothing moves

    private SlotMap(long version, int shardCount, ushort[] owners, ushort[]? sources)
    {
        Version = version;
        ShardCount = shardCount;
        _owners = owners;
        _sources = sources;
    }

    public long Version { get; }

    /// <summary>Shards the store is meant to have; while it shrinks, higher ones still own slots.</summary>
    public int ShardCount { get; }

    public bool HasMoves => _sources is not null;

    /// <summary>The map of a new store.</summary>
    public static SlotMap Create(int shardCount) => new(1, shardCount, SlotAssignment.Even(shardCount), null);

    public ShardId OwnerOf(SlotId slot) => new((ushort)(_owners[slot.Value] & ~Moving));

    public bool IsMoving(SlotId slot) => (_owners[slot.Value] & Moving) != 0;

    /// <summary>Whether the shard owns the slot and no key of it is elsewhere: one comparison, the hot path's question.</summary>
    public bool IsSettledAt(SlotId slot, int shard) => _owners[slot.Value] == shard;

    /// <summary>The shard that still holds keys of a moving slot.</summary>
    public ShardId SourceOf(SlotId slot) => new(_sources![slot.Value]);

    /// <summary>Highest shard that owns or still holds a slot, plus one.</summary>
    public int CellCount
    {
        get
        {
            int most = ShardCount;
            for (int slot = 0; slot < SlotId.Count; slot++)
            {
                most = Math.Max(most, (_owners[slot] & ~Moving) + 1);
                if (_sources is not null && _sources[slot] != NotMoving) most = Math.Max(most, _sources[slot] + 1);
            }

            return most;
        }
    }

    /// <summary>Slots that each shard owns, by shard number.</summary>
    public int[] CountSlots()
    {
        var counts = new int[CellCount];
        foreach (ushort owner in _owners) counts[owner & ~Moving]++;
        return counts;
    }

    /// <summary>The same slots, another number of shards meant.</summary>
    public SlotMap WithShardCount(int shardCount) => new(Version + 1, shardCount, _owners, _sources);

    /// <summary>The slot gets a new owner; <paramref name="source"/> still holds its keys.</summary>
    public SlotMap WithMove(SlotId slot, ShardId owner, ShardId source)
    {
        ushort[] owners = [.. _owners];
        ushort[] sources = _sources is null ? NoSources() : [.. _sources];
        owners[slot.Value] = (ushort)(owner.Value | Moving);
        sources[slot.Value] = source.Value;
        return new SlotMap(Version + 1, ShardCount, owners, sources);
    }

    /// <summary>The slot's last key has arrived.</summary>
    public SlotMap WithMoveDone(SlotId slot)
    {
        ushort[] owners = [.. _owners];
        owners[slot.Value] = (ushort)(owners[slot.Value] & ~Moving);
        ushort[] sources = [.. _sources!];
        sources[slot.Value] = NotMoving;
        return new SlotMap(Version + 1, ShardCount, owners, Array.TrueForAll(sources, s => s == NotMoving) ? null : sources);
    }

    /// <summary>Moving slots, in order.</summary>
    public IEnumerable<SlotId> MovingSlots() =>
        Enumerable.Range(0, _sources is null ? 0 : SlotId.Count).Where(s => _sources![s] != NotMoving).Select(s => new SlotId((ushort)s));

    /// <summary>Whether both send every slot to the same shard and mean as many of them, by whatever changes they came to it.</summary>
    public bool IsSameAs(SlotMap other) =>
        ShardCount == other.ShardCount && !HasMoves && !other.HasMoves && _owners.AsSpan().SequenceEqual(other._owners);

    /// <summary><c>u64 version | u32 shard count | 16384 x u16 owner | 16384 x u16 source (0xFFFF: none)</c>, little-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[12 + (SlotId.Count * 4)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), ShardCount);
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12 + (slot * 2)), (ushort)(_owners[slot] & ~Moving));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12 + ((SlotId.Count + slot) * 2)), _sources?[slot] ?? NotMoving);
        }

        return bytes;
    }

    /// <summary>Reads <see cref="ToBytes"/>; throws <see cref="InvalidDataException"/> when they are not a map.</summary>
    public static SlotMap FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 12 + (SlotId.Count * 4))
            throw new InvalidDataException($"a slot map has {12 + (SlotId.Count * 4)} bytes, not {bytes.Length}");
        long version = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        int shardCount = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var owners = new ushort[SlotId.Count];
        ushort[] sources = NoSources();
        bool moves = false;
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            owners[slot] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(12 + (slot * 2))..]);
            sources[slot] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(12 + ((SlotId.Count + slot) * 2))..]);
            if (owners[slot] >= ShardId.MaxCount)
                throw new InvalidDataException($"slot {slot} belongs to shard {owners[slot]}, of at most {ShardId.MaxCount}");
            if (sources[slot] == NotMoving) continue;
            owners[slot] |= Moving;
            moves = true;
        }

        return new SlotMap(version, shardCount, owners, moves ? sources : null);
    }

    private static ushort[] NoSources()
    {
        var sources = new ushort[SlotId.Count];
        Array.Fill(sources, NotMoving);
        return sources;
    }
}
