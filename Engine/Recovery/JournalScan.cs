using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// The one place that knows in which order a segment's records stand: groups are whole, and the records of a shard follow each other without
/// a gap. Recovery, <c>kv wal</c> and replication read segments through it, so all of them find the same records and the same first problem.
/// What an unreadable end means (a torn write, room written ahead, damage) is the caller's to judge. One thread.
/// </summary>
internal static class JournalScan
{
    /// <summary>Shows the target every record of a segment that it does not have yet, and stops at the first problem.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a start runs it once a segment, for hundreds of thousands of records
    public static ScanEnd Run(FileWindow file, IScanTarget target)
    {
        long at = Segment.HeaderBytes;
        long groupAt = -1;
        long records = 0;
        while (at < file.Length)
        {
            long whole = groupAt >= 0 ? groupAt : at;
            if (RecordReader.TryRead(file, at, out RecordHeader header, out Effect effect) is { } problem)
                return new ScanEnd(ScanStop.Unreadable, whole, at, problem, records);

            if (header.Kind == EffectKind.GroupEnd)
            {
                if (groupAt < 0) return new ScanEnd(ScanStop.OutOfOrder, at, at, "a group ends that never began", records);
                for (long member = groupAt; member < at;)
                {
                    RecordReader.TryRead(file, member, out RecordHeader h, out Effect e);
                    if (Show(target, h, e) is { } gap) return new ScanEnd(ScanStop.OutOfOrder, whole, member, gap, records);
                    member += RecordHeader.SizeBytes + h.Length;
                }

                groupAt = -1;
            }
            else if (header.InGroup)
            {
                if (groupAt < 0) groupAt = at;
            }
            else if (groupAt >= 0)
            {
                return new ScanEnd(ScanStop.OutOfOrder, whole, at, "a group has no end", records);
            }
            else if (Show(target, header, effect) is { } gap)
            {
                return new ScanEnd(ScanStop.OutOfOrder, at, at, gap, records);
            }

            records++;
            at += RecordHeader.SizeBytes + header.Length;
        }

        return groupAt < 0
            ? new ScanEnd(ScanStop.EndOfFile, at, at, null, records)
            : new ScanEnd(ScanStop.UnfinishedGroup, groupAt, groupAt, "a group has no end", records);
    }

    // Null, or why the record cannot follow what the target has.
    private static string? Show(IScanTarget target, in RecordHeader header, in Effect effect)
    {
        if (header.Kind is not (EffectKind.SlotMap or EffectKind.Mark) && target.PositionOf(header.Shard) is { } reached)
        {
            if (header.Lsn <= reached.Lsn) return null; // the snapshot has it
            if (header.Lsn != reached.Lsn.Next) return $"shard {header.Shard} goes from Lsn {reached.Lsn} to {header.Lsn}: records are missing";
        }

        target.Take(header, effect);
        return null;
    }
}
