using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// From which offset of the journal the records of each shard count. Those before are in its snapshot, or of a former life of the shard
/// on this node: a copy from another node has replaced that, and its positions may be those of other records. One thread, the segments in
/// their order.
/// </summary>
internal sealed class RecordOffsets(IReadOnlyList<ManifestShard> rows)
{
    private readonly long[] _from = ToArray(rows);
    private JournalOffset _segmentBase;

    /// <summary>The next records are of this segment.</summary>
    public void Begin(in Segment segment) => _segmentBase = segment.Base;

    /// <summary>Whether a record of the shard counts.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="at">Where the record stands in the segment's file, bytes.</param>
    public bool Counts(ShardId shard, long at) => _segmentBase.Value + at - Segment.HeaderBytes >= _from[shard.Value];

    private static long[] ToArray(IReadOnlyList<ManifestShard> rows)
    {
        var from = new long[ShardId.System.Value + 1];
        foreach (ManifestShard row in rows) from[row.Id] = row.RecordsFrom;
        return from;
    }
}
