using System.Diagnostics;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// Records of one shard as the bytes of a journal (format 2): a leader takes them from its journal's tail, and a follower hands them to its
/// own journal, without making anything else of them on the way. Immutable, as long as nobody writes to the bytes. Any thread.
/// </summary>
public sealed class RecordRun : IReplicaRecords
{
    /// <summary>
    /// Bytes that are known to be such records, for instance those of this node's own journal. For others there is <see cref="Parse"/>.
    /// </summary>
    /// <param name="before">The position that the first record follows.</param>
    /// <param name="last">Position of the last one; <paramref name="before"/> when there is none.</param>
    /// <param name="bytes">The records, in order, without a gap, groups whole.</param>
    public RecordRun(LogPosition before, LogPosition last, ReadOnlyMemory<byte> bytes)
    {
        Debug.Assert(bytes.IsEmpty == (before == last));
        (Before, Last, Bytes) = (before, last, bytes);
    }

    public LogPosition Before { get; }

    public LogPosition Last { get; }

    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>The records as they stand in the journal that they come from.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>No records behind a position.</summary>
    public static RecordRun Empty(LogPosition before) => new(before, before, default);

    /// <summary>
    /// Bytes of which nothing is known yet. Throws <see cref="InvalidDataException"/> unless they are whole records of the shard that
    /// follow the position and each other, and end with the end of a group. Looks at headers alone: whoever applies the records checks
    /// their checksums and bodies (<c>ReplicaFeed.Take</c>).
    /// </summary>
    /// <param name="shard">Whose records they must be.</param>
    /// <param name="before">The position that the first one must follow.</param>
    /// <param name="bytes">They are kept, not copied.</param>
    public static RecordRun Parse(ShardId shard, LogPosition before, ReadOnlyMemory<byte> bytes)
    {
        LogPosition last = before;
        bool isGroupOpen = false;
        for (ReadOnlySpan<byte> left = bytes.Span; !left.IsEmpty;)
        {
            if (!RecordSequence.TryTake(ref left, out RecordHeader header, out _))
                throw Bad(shard, last, "the bytes end inside a record, or its length is negative");
            if (header.Shard != shard) throw Bad(shard, last, $"a record is of shard {header.Shard}");
            if (!RecordOrders.MayFollow(last, header)) throw Bad(shard, last, $"record {header.Position} does not follow");
            last = header.Position;
            isGroupOpen = header.ContinuesInShard;
        }

        return isGroupOpen ? throw Bad(shard, last, "the end of a group is not there") : new RecordRun(before, last, bytes);
    }

    /// <inheritdoc/>
    public LogPosition KnownBy(IReplicaLog log)
    {
        // A follower that is level ends where the records begin; one to which they came twice has all of them.
        if (IsEmpty || log.Has(Last)) return Last;
        LogPosition known = Before;
        if (log.End == known) return known;
        ReadOnlySpan<byte> left = Bytes.Span;
        while (RecordSequence.TryTake(ref left, out RecordHeader header, out _) && log.Has(header.Position)) known = header.Position;

        return known;
    }

    /// <inheritdoc/>
    public IReplicaRecords UpTo(LogPosition last)
    {
        if (last == Last) return this;
        if (last == Before) return Empty(Before);
        ReadOnlySpan<byte> left = Bytes.Span;
        while (RecordSequence.TryTake(ref left, out RecordHeader header, out _))
        {
            if (header.Position != last) continue;
            Debug.Assert(!header.ContinuesInShard);
            return new RecordRun(Before, last, Bytes[..^left.Length]);
        }

        throw new ArgumentException($"there is no record {last} among those up to {Last}", nameof(last));
    }

    private static InvalidDataException Bad(ShardId shard, LogPosition last, string problem) =>
        new($"what came for shard {shard} are no records behind {last}: {problem}");
}
