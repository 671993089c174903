using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// From which offset of the journal the records of each shard count. Those before are in its snapshot, or of a former life of the shard
/// on this node: a copy from another node has replaced that, and its positions may be those of other records.
/// </summary>
internal sealed class RecordOffsets(IReadOnlyList<ManifestShard> rows)
{
    private readonly long[] _from = ToArray(rows);

    /// <summary>Whether a record of the shard counts.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="segment">Where the segment's first record stands in the journal.</param>
    /// <param name="at">Where the record stands in the segment's file.</param>
    public bool Count(ShardId shard, JournalOffset segment, long at) => segment.Value + at - Segment.HeaderBytes >= _from[shard.Value];

    private static long[] ToArray(IReadOnlyList<ManifestShard> rows)
    {
        var from = new long[ShardId.System.Value + 1];
        foreach (ManifestShard row in rows) from[row.Id] = row.RecordsFrom;
        return from;
    }
}
