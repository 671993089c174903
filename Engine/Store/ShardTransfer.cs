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
/// Versions of keys stay. A shard can be moved while it is not served only: the hosts see to that.
/// </summary>
public static class ShardTransfer
{
    private const int HeaderBytes = 24;
    private const uint FormatVersion = 1;

    /// <summary>Bytes that <see cref="Export"/> would make, about: what the table takes in memory.</summary>
    public static long SizeOf(NodeStore store, ShardId shard) => store.Cells[shard.Value].Shard.Table.UsedBytes;

    /// <summary>A copy of all of a shard's entries; throws <see cref="InvalidOperationException"/> when they have more than 2 GiB.</summary>
    public static byte[] Export(NodeStore store, ShardId id)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            long size = HeaderBytes;
            ForEach(shard, entry => size += SnapshotFormat.EntryFixedBytes + shard.Table.KeyOf(entry).Length + shard.Table.ValueOf(entry).Length);
            if (size > Array.MaxLength) throw new InvalidOperationException($"shard {id} has {size} bytes; one of more than 2 GiB cannot be moved at once: give the store more shards");
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

    /// <summary>
    /// Replaces what a store has of the shard, under a new epoch, and waits until a snapshot of it is on the disk. Throws
    /// <see cref="InvalidDataException"/> when the bytes are damaged and <see cref="IOException"/> when the disk refuses.
    /// </summary>
    public static void Import(NodeStore store, ShardId id, Epoch epoch, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != FormatVersion) throw new InvalidDataException("these bytes are no shard that this program can read");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum.Of(bytes[8..])) throw new InvalidDataException($"shard {id} was damaged on its way: its checksum does not match");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != id.Value) throw new InvalidDataException($"these bytes are not shard {id}");
        long lsn = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            Shard shard = cell.Shard;
            if (shard.Table.Count > 0) shard.Clear(store.NowMs);
            // Above both: an older life of the shard on this node has records in the journal, which must count as known.
            shard.Restore(epoch, new Lsn(Math.Max(lsn, shard.Lsn.Value) + 1));
            SnapshotFormat.ReadBlock("a shard on its way", HeaderBytes, bytes[HeaderBytes..],
                (key, value, deadline, version) => shard.RestoreEntry(KeyRef.Of(key, store.HashSeed), value, deadline, version, store.NowMs));
            store.Memory.Count(cell);
        }

        if (store.Snapshots is { } snapshots && !snapshots.Save()) throw new IOException($"shard {id} came, but could not be saved: {snapshots.Status.LastError}");
    }

    /// <summary>Forgets a shard that another node serves now.</summary>
    public static void Drop(NodeStore store, ShardId id)
    {
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            if (cell.Shard.Table.Count == 0) return;
            cell.Shard.Clear(store.NowMs);
            store.Memory.Count(cell);
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
