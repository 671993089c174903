using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>What command handlers see of all the shards of a host.</summary>
public interface IStore
{
    /// <summary>Seed of the key hash; random a process, so that nobody can prepare colliding keys.</summary>
    ulong HashSeed { get; }

    /// <summary>Says by which seed a scan's place in a slot was taken (<see cref="ScanCursor"/>).</summary>
    uint ScanTag { get; }

    /// <summary>Where commands that choose by chance (RANDOMKEY) get it from.</summary>
    RandomSource Random { get; }

    /// <summary>Longest value that a command may make, bytes (<c>proto-max-bulk-len</c>).</summary>
    int MaxValueBytes { get; }

    /// <summary>The shard that owns the key's slot. The caller holds its lock (the dispatcher took it).</summary>
    Shard ShardOf(in KeyRef key);

    /// <summary>Live and not yet expired keys of all shards. Takes no lock; a moment's view.</summary>
    long Count { get; }

    /// <summary>Keys in a slot. Takes the lock of its shard.</summary>
    int CountInSlot(SlotId slot);

    /// <summary>
    /// Shows the entries of one bucket of a slot to <paramref name="visitor"/> and returns the position to go on from, 0 when the
    /// slot is done. Positions are places in hash order, so that growth, shrinking and moves between shards in between lose no
    /// key that stays; one may be shown twice. Takes the lock of the slot's shard.
    /// </summary>
    ulong Scan(SlotId slot, ulong position, IEntryVisitor visitor);

    /// <summary>Removes every key. Takes all locks. False where the store follows another: nothing has happened then.</summary>
    bool Clear(long nowMs);
}
