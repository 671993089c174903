using System.Buffers.Binary;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Slots;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Takes a whole shard from one node's store to another's. The bytes, little-endian:
/// <code>
/// u32 format version (1) | u32 CRC-32C of what follows | u32 shard | u32 epoch | u64 lsn | entries as in a snapshot's blocks
/// </code>
/// Versions of keys stay. A shard can be moved while it is not served only: the hosts see to that. Epochs order what comes in: what is
/// here is replaced by what has a higher epoch, and by nothing else, however late it comes. Any thread.
/// </summary>
public static class ShardTransfer
{
    private const int HeaderBytes = 24;
    private const uint FormatVersion = 1;

    /// <summary>Entries that are loaded under one hold of the shard's lock, about 0.3 ms.</summary>
    private const int EntriesAHold = 1024;

    /// <summary>A copy of all of a shard's entries; throws <see cref="InvalidOperationException"/> when it would be larger than <paramref name="maxBytes"/>.</summary>
    public static byte[] Export(NodeStore store, ShardId id, long maxBytes = int.MaxValue)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            long size = HeaderBytes;
            ForEach(shard, entry => size += SnapshotFormat.EntryFixedBytes + shard.Table.KeyOf(entry).Length + shard.Table.ValueOf(entry).Length);
            if (size > Math.Min(maxBytes, Array.MaxLength)) throw new InvalidOperationException($"it has {size} bytes, and one of more than {Math.Min(maxBytes, Array.MaxLength)} cannot be moved at once: give the store more shards");
            var bytes = new byte[size];
            int at = HeaderBytes;
            ForEach(shard, entry =>
            {
                ReadOnlySpan<byte> key = shard.Table.KeyOf(entry), value = shard.Table.ValueOf(entry);
                SnapshotFormat.WriteEntry(bytes.AsSpan(at), key, value, shard.Table.DeadlineOf(entry), shard.Table.VersionOf(entry));
                at += SnapshotFormat.EntryFixedBytes + key.Length + value.Length;
            });
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, FormatVersion);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), id.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), shard.Epoch.Value);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), shard.Lsn.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Checksum.Of(bytes.AsSpan(8)));
            return bytes;
        }
    }

    /// <summary>The epoch in which the shard was exported; throws <see cref="InvalidDataException"/> when the bytes are no shard.</summary>
    public static Epoch EpochOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != FormatVersion) throw new InvalidDataException("these bytes are no shard that this program can read");
        return new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }

    /// <summary>
    /// Replaces what a store has of the shard, under a new epoch: first on the disk, as a snapshot that the manifest names, then in memory. So
    /// its Lsn jumps in the manifest and nowhere else, and a failure or a crash at any point leaves the old state or the new one. Imports of
    /// one shard wait for each other. Throws <see cref="InvalidDataException"/> when the bytes are damaged,
    /// <see cref="InvalidOperationException"/> when the store has the shard in that epoch or a later one, and <see cref="IOException"/> when the
    /// disk refuses.
    /// </summary>
    public static void Import(NodeStore store, ShardId id, Epoch epoch, ReadOnlySpan<byte> bytes)
    {
        _ = EpochOf(bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum.Of(bytes[8..])) throw new InvalidDataException($"shard {id} was damaged on its way: its checksum does not match");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != id.Value) throw new InvalidDataException($"these bytes are not shard {id}");
        if (store.WriteRefusal is { } refusal) throw new IOException($"shard {id} is not taken: {refusal}");
        ReadOnlySpan<byte> entries = bytes[HeaderBytes..];
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Arrival)
        {
            ObjectDisposedException.ThrowIf(cell.IsClosed, store);
            Lsn lsn = PrepareFor(store, cell, epoch, new Lsn(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..])));
            store.Snapshots?.SaveArrival(id, epoch, lsn, entries);
            Load(store, cell, epoch, lsn, entries);
        }
    }

    /// <summary>The shard is served here from now on, in an epoch that the cluster gave: it is in each later record.</summary>
    public static void Begin(NodeStore store, ShardId id, Epoch epoch)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate) cell.Shard.Restore(epoch, cell.Shard.Lsn);
    }

    /// <summary>Forgets a shard that another node serves in a later epoch; nothing happens to a copy of that epoch or a later one. Returns keys that went.</summary>
    public static long Drop(NodeStore store, ShardId id, Epoch served)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            long keys = cell.Shard.Table.Count;
            if (keys == 0 || cell.Shard.Epoch.Value >= served.Value) return 0;
            cell.Shard.Clear(store.NowMs);
            store.Memory.Count(cell);
            return keys;
        }
    }

    // An older life of the shard goes, as a record of its own. From then until the load nothing is in the table: no eviction and no expiry can
    // make a record. Returns the Lsn to arrive at, above both lives, so that the records here count as known.
    private static Lsn PrepareFor(NodeStore store, ShardCell cell, Epoch epoch, Lsn arriving)
    {
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            if (shard.Epoch.Value >= epoch.Value) throw new InvalidOperationException($"shard {shard.Id} comes in epoch {epoch}, but this node has it in epoch {shard.Epoch}");
            if (shard.Table.Count > 0)
            {
                shard.Clear(store.NowMs);
                store.Memory.Count(cell);
            }

            return new Lsn(Math.Max(arriving.Value, shard.Lsn.Value) + 1);
        }
    }

    // In slices: a shard may have millions of entries, and others (housekeeping, snapshots) want every shard's lock now and then.
    private static void Load(NodeStore store, ShardCell cell, Epoch epoch, Lsn lsn, ReadOnlySpan<byte> entries)
    {
        Shard shard = cell.Shard;
        cell.Gate.Enter();
        try
        {
            cell.IsLoading = true;
            shard.Restore(epoch, lsn);
            int loaded = 0;
            SnapshotFormat.ReadBlock("a shard on its way", HeaderBytes, entries, (key, value, deadline, version) =>
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
