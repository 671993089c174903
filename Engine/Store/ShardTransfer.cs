using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Slots;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Takes a whole shard from one node's store to another's, as a <see cref="ShardArrival"/>. Versions of keys stay. A shard can be moved
/// while it is not served only: the hosts see to that. Epochs order what comes in: what is here is replaced by what has a higher epoch,
/// and by nothing else, however late it comes. Any thread.
/// </summary>
public static class ShardTransfer
{
    /// <summary>Entries that are loaded under one hold of the shard's lock, about 0.3 ms.</summary>
    private const int EntriesAHold = 1024;

    /// <summary>A copy of all of a shard's entries; throws <see cref="InvalidOperationException"/> when it would be larger than <paramref name="maxBytes"/>.</summary>
    public static byte[] Export(NodeStore store, ShardId id, long maxBytes = int.MaxValue)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            EpochStart[] epochs = shard.Epochs.ToArray();
            int at = ShardArrival.HeadBytes(epochs.Length);
            long size = at;
            KeyTable table = shard.Table;
            ForEach(shard, entry => size += SnapshotFormat.SizeOf(table.KeyOf(entry), table.ValueOf(entry), table.DeadlineOf(entry)));
            if (size > Math.Min(maxBytes, Array.MaxLength)) throw new InvalidOperationException($"it has {size} bytes, and one of more than {Math.Min(maxBytes, Array.MaxLength)} cannot be moved at once: give the store more shards");
            var bytes = new byte[size];
            ForEach(shard, entry => at += SnapshotFormat.WriteEntry(
                bytes.AsSpan(at), table.KeyOf(entry), table.ValueOf(entry), table.DeadlineOf(entry), table.VersionOf(entry)));
            ShardArrival.WriteHead(bytes, shard, epochs);
            return bytes;
        }
    }

    /// <summary>The epoch in which the shard was exported; throws <see cref="InvalidDataException"/> when the bytes are no shard.</summary>
    public static Epoch EpochOf(ReadOnlySpan<byte> bytes) => ShardArrival.EpochOf(bytes);

    /// <summary>
    /// Replaces what a store has of the shard, by one that begins a new epoch: first on the disk, as a snapshot that the manifest names,
    /// then in memory, so that a failure or a crash at any point leaves the old state or the new one. It is led from <see cref="Begin"/>
    /// on. Imports of one shard wait for each other. Throws <see cref="InvalidDataException"/> when the bytes are damaged,
    /// <see cref="InvalidOperationException"/> when the store has the shard in that epoch or a later one, and <see cref="IOException"/> when the
    /// disk refuses.
    /// </summary>
    public static void Import(NodeStore store, ShardId id, Epoch epoch, ReadOnlySpan<byte> bytes)
    {
        ShardArrival arrival = ShardArrival.Read(id, epoch, bytes);
        if (store.WriteRefusal is { } refusal) throw new IOException($"shard {id} is not taken: {refusal}");
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Arrival)
        {
            ObjectDisposedException.ThrowIf(cell.IsClosed, store);
            MakeEmpty(store, cell, epoch);
            store.Snapshots?.SaveArrival(arrival);
            Load(store, cell, arrival);
        }
    }

    /// <summary>The shard is served here from now on, in an epoch that the cluster gave: it is in each later record.</summary>
    public static void Begin(NodeStore store, ShardId id, Epoch epoch)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate) cell.Shard.Lead(epoch);
    }

    /// <summary>Forgets a shard that another node serves in a later epoch; nothing happens to a copy of that epoch or a later one. Returns keys that went.</summary>
    public static long Drop(NodeStore store, ShardId id, Epoch served)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            long keys = cell.Shard.Table.Count;
            if (keys == 0 || cell.Shard.Epoch >= served) return 0;
            cell.Shard.Forget(store.NowMs);
            store.Memory.Count(cell);
            return keys;
        }
    }

    // An older life of the shard goes, as a record of its own. From then until the load nothing is in the table.
    private static void MakeEmpty(NodeStore store, ShardCell cell, Epoch epoch)
    {
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            if (shard.Epoch >= epoch)
                throw new InvalidOperationException($"shard {shard.Id} comes in epoch {epoch}, this node has it in epoch {shard.Epoch}");
            if (shard.Table.Count == 0) return;
            shard.Forget(store.NowMs);
            store.Memory.Count(cell);
        }
    }

    // In slices: a shard may have millions of entries, and others (housekeeping, snapshots) want every shard's lock now and then.
    private static void Load(NodeStore store, ShardCell cell, in ShardArrival arrival)
    {
        Shard shard = cell.Shard;
        cell.Gate.Enter();
        try
        {
            cell.IsLoading = true;
            shard.Restore(arrival.Position, arrival.Epochs);
            int loaded = 0;
            arrival.ReadEntries((key, value, deadline, version) =>
            {
                shard.RestoreEntry(KeyRef.Of(key, store.HashSeed), value, deadline, version, store.NowMs);
                if (++loaded % EntriesAHold != 0) return;
                store.Memory.Count(cell);
                cell.Gate.Exit();
                cell.Gate.Enter();
            });
        }
        catch
        {
            shard.Table.Clear(); // a part of it; the whole is on the disk, and at the old home
            throw;
        }
        finally
        {
            store.Memory.Count(cell);
            cell.IsLoading = false;
            cell.Gate.Exit();
        }
    }

    private static void ForEach(Shard shard, Action<EntryRef> visit)
    {
        var found = new List<EntryRef>();
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            var id = new SlotId((ushort)slot);
            if (shard.Table.CountInSlot(id) == 0) continue;
            ulong position = 0;
            do
            {
                found.Clear();
                position = shard.Table.Scan(id, position, found);
                foreach (EntryRef entry in found) visit(entry);
            }
            while (position != 0);
        }
    }
}
