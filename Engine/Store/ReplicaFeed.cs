using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Brings a leader's records to the follower of its shard: the bytes as they stand in the leader's journal (format 2), of this shard alone
/// and in order. They go to this node's journal under the leader's positions, groups whole, and then to the map. Any thread.
/// </summary>
public static class ReplicaFeed
{
    /// <summary>
    /// Takes records; what the follower has already is left out. Stops before the first that does not follow, which is told by the answer:
    /// then what is missing must come first, or the follower has gone another way and must go back. <see cref="RecordOrder.Next"/> when
    /// all were taken that can be. Throws <see cref="InvalidDataException"/> for bytes that are no records of the shard.
    /// </summary>
    /// <param name="store">The follower's.</param>
    /// <param name="id">The shard.</param>
    /// <param name="records">Records; the last one need not be whole.</param>
    /// <param name="taken">Bytes that need not come again: a record or a group whose end is not there is not begun.</param>
    public static RecordOrder Take(NodeStore store, ShardId id, ReadOnlySpan<byte> records, out int taken)
    {
        taken = 0;
        ShardCell cell = store.Cells[id.Value];
        lock (cell.Gate)
        {
            try
            {
                while (GroupBytes(id, records[taken..]) is var group and > 0)
                {
                    RecordOrder order = TakeGroup(store, cell.Shard, records.Slice(taken, group));
                    if (order != RecordOrder.Next) return order;
                    taken += group;
                }

                return RecordOrder.Next;
            }
            finally
            {
                store.Memory.Count(cell);
            }
        }
    }

    // Bytes of the first group, or of a record that is alone; 0 when its end is not there. Checks all of it.
    private static int GroupBytes(ShardId id, ReadOnlySpan<byte> records)
    {
        ReadOnlySpan<byte> left = records;
        RecordHeader header;
        while (RecordSequence.TryTake(ref left, out header, out ReadOnlySpan<byte> record))
        {
            Read(id, header, record, out _);
            if (!header.ContinuesInShard) return records.Length - left.Length;
        }

        return header.Length < 0 ? throw Bad(id, "a length is negative") : 0;
    }

    // Where its first record does not follow, nothing of it changes anything; the rest follows the first, as the leader wrote it.
    private static RecordOrder TakeGroup(NodeStore store, Shard shard, ReadOnlySpan<byte> group)
    {
        store.BeginGroup();
        try
        {
            while (RecordSequence.TryTake(ref group, out RecordHeader header, out ReadOnlySpan<byte> record))
            {
                Read(shard.Id, header, record, out Effect effect);
                RecordOrder order = shard.Replicate(effect, header.Position, store.NowMs);
                if (order is not (RecordOrder.Next or RecordOrder.NotBeyond)) return order;
            }

            return RecordOrder.Next;
        }
        finally
        {
            store.EndGroup();
        }
    }

    /// <summary>Throws <see cref="InvalidDataException"/> when a record's bytes are not as the leader wrote them.</summary>
    internal static void Check(in RecordHeader header, ReadOnlySpan<byte> record)
    {
        if (Checksum.Of(record[4..]) != header.Crc) throw Bad(header.Shard, "a checksum does not match");
    }

    /// <summary>What a shard's record changes; throws as <see cref="Check"/> when it cannot be told.</summary>
    internal static void Read(ShardId id, in RecordHeader header, ReadOnlySpan<byte> record, out Effect effect)
    {
        effect = default;
        Check(header, record);
        if (header.Shard != id || !header.IsOfAShard) throw Bad(id, $"a record is of shard {header.Shard}");
        if (!RecordReader.IsKnown(Segment.FormatVersion, header.Kind))
            throw Bad(id, $"a record is of a kind ({(int)header.Kind}) that this program does not know");
        if (!RecordBody.TryRead(Segment.FormatVersion, header.Kind, record[RecordHeader.SizeBytes..], out effect))
            throw Bad(id, "a body is no effect");
    }

    internal static InvalidDataException Bad(ShardId id, string problem) =>
        new($"what came for shard {id} are no records of it: {problem}");
}
