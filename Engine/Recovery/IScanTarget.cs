using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>Takes what a <see cref="JournalScan"/> finds, on its thread.</summary>
internal interface IScanTarget
{
    /// <summary>
    /// Position that a shard has reached, by its snapshot and the records taken so far; <see cref="LogPosition.None"/> for a shard without
    /// any. Null when positions are not known at all: then every record is taken. <see cref="LogPosition.MaxValue"/> for a record that does
    /// not count, because it stands before the offset from which the shard's do.
    /// </summary>
    /// <param name="shard">The record's shard.</param>
    /// <param name="at">Where the record stands in the segment's file, bytes.</param>
    LogPosition? PositionOf(ShardId shard, long at);

    /// <summary>
    /// Takes the next record: of a shard, the one that follows the shard's position, or a record of no shard. Members of a group come only
    /// when the whole group is there.
    /// </summary>
    /// <param name="header">Its header.</param>
    /// <param name="position">
    /// Its position. Format 1 may have an epoch below an earlier one (a cluster that was founded anew on a folder): it is the earlier one
    /// then.
    /// </param>
    /// <param name="effect">What it does.</param>
    void Take(in RecordHeader header, LogPosition position, in Effect effect);
}
