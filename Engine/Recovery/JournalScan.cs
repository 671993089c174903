using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// The one place that knows in which order a segment's records stand: groups are whole, and the records of a shard follow each other
/// without a gap. Recovery, <c>kv wal</c> and replication read segments through it, so all of them find the same records and the same first
/// problem. What an unreadable end means (a torn write, room written ahead, damage) is the caller's to judge. One thread.
/// </summary>
internal static class JournalScan
{
    /// <summary>Shows the target every record of a segment that it does not have yet, and stops at the first problem.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a start runs it once a segment, for hundreds of thousands of records
    public static ScanEnd Run(FileWindow file, uint version, IScanTarget target)
    {
        var cursor = new RecordCursor(version);
        long records = 0;
        while (cursor.Next < file.Length)
        {
            if (cursor.Read(file, out RecordHeader header, out Effect effect, out bool isSealed) is { } problem)
                return new ScanEnd(isSealed ? ScanStop.OutOfOrder : ScanStop.Unreadable, cursor.GroupAt, cursor.At, problem, records);

            if (cursor.Place == GroupPlace.Last)
            {
                if (version == 1 && header.Kind != EffectKind.GroupEnd)
                    return new ScanEnd(ScanStop.OutOfOrder, cursor.GroupAt, cursor.At, "a group has no end", records);
                long end = version == 1 ? cursor.At : cursor.Next;
                if (ShowGroup(file, version, cursor.GroupAt, end, target, out long badAt) is { } gap)
                    return new ScanEnd(ScanStop.OutOfOrder, cursor.GroupAt, badAt, gap, records);
            }
            else if (cursor.Place == GroupPlace.Alone)
            {
                string? gap = header.Kind == EffectKind.GroupEnd
                    ? "a group ends that never began"
                    : Show(target, version, cursor.At, header, effect);
                if (gap is not null) return new ScanEnd(ScanStop.OutOfOrder, cursor.At, cursor.At, gap, records);
            }

            records++;
        }

        return cursor.Place == GroupPlace.Inside
            ? new ScanEnd(ScanStop.UnfinishedGroup, cursor.GroupAt, cursor.GroupAt, "a group has no end", records)
            : new ScanEnd(ScanStop.EndOfFile, cursor.Next, cursor.Next, null, records);
    }

    // All members from one byte up to before another.
    private static string? ShowGroup(FileWindow file, uint version, long from, long end, IScanTarget target, out long at)
    {
        var cursor = new RecordCursor(version, from);
        while (cursor.Next < end)
        {
            cursor.Read(file, out RecordHeader header, out Effect effect, out _);
            if (Show(target, version, cursor.At, header, effect) is not { } gap) continue;
            at = cursor.At;
            return gap;
        }

        at = end;
        return null;
    }

    // Null, or why the record cannot follow what the target has.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static string? Show(IScanTarget target, uint version, long at, in RecordHeader header, in Effect effect)
    {
        LogPosition position = header.Position;
        if (header.IsOfAShard && target.PositionOf(header.Shard, at) is { } reached)
        {
            // Format 1 knew the order of Lsns alone.
            if (version == 1 && position.Epoch < reached.Epoch) position = position with { Epoch = reached.Epoch };
            RecordOrder order = version == 1 ? OrderOfFormat1(reached.Lsn, position.Lsn) : RecordOrders.Of(reached, position, effect);
            if (order == RecordOrder.NotBeyond) return null; // the snapshot has it, or it is of a former life of the shard
            if (order == RecordOrder.Missing) return $"shard {header.Shard} goes from {reached} to {position}: records are missing";
            if (order == RecordOrder.Forked)
            {
                LogPosition before = RecordOrders.PositionBefore(effect);
                return $"shard {header.Shard}: epoch {position.Epoch} begins behind {before}, but the journal has reached {reached}";
            }
        }

        target.Take(header, position, effect);
        return null;
    }

    private static RecordOrder OrderOfFormat1(Lsn reached, Lsn record) =>
        record <= reached ? RecordOrder.NotBeyond : record == reached.Next ? RecordOrder.Next : RecordOrder.Missing;
}
