using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Applies the journal's records. A bad record is the torn end of a crash only in the last segment and only if nothing behind it proves
/// that its place had been flushed (<see cref="RecordHeader.Synced"/>); anything else is damage and refuses to start.
/// </summary>
internal sealed class JournalReplay(IDisk disk, IRecoveryTarget target, ulong? storeId, JournalOffset replayFrom)
{
    private const int FixedBytes = RecordHeader.SizeBytes + RecordBody.FixedBytes;

    private long _records;

    public ReplayedJournal Run(List<Segment> segments, Action<long> progress)
    {
        if (segments.Count == 0)
        {
            if (storeId is not null) throw new CorruptionException(Path.Combine(disk.Folder, Segment.NameOf(1)), 0, "the journal is missing", Remedy.NoJournal);
            return new ReplayedJournal(0, 0, null, 0, []);
        }

        if (storeId is { } id && segments[0].StoreId != id) throw BadStart(segments[0], "it belongs to another store than the manifest");
        if (segments[0].Base > replayFrom) throw BadStart(segments[0], $"the journal before it is missing (from offset {replayFrom} on)");

        var older = new List<(Segment, long)>();
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            bool isLast = i == segments.Count - 1;
            using var file = new FileWindow(disk, segment.Name);
            long end = segment.Base.Value + file.Length - Segment.HeaderBytes;
            if (!isLast && segments[i + 1].Base.Value != end) throw Bad(segment, file.Length, $"the next segment begins at journal offset {segments[i + 1].Base}, this one ends at {end}");
            if (!isLast && end <= replayFrom.Value)
            {
                older.Add((segment, file.Length));
                continue; // every shard's snapshot is newer
            }

            long whole = ReplaySegment(segment, file, isLast);
            progress(file.Length);
            if (isLast) return new ReplayedJournal(_records, file.LastZeros(whole) - whole, segment, whole, older);
            older.Add((segment, file.Length));
        }

        throw new InvalidOperationException("a journal has a last segment");
    }

    // Returns the bytes of the file up to the end of the last whole record or group.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long ReplaySegment(in Segment segment, FileWindow file, bool isLast)
    {
        long at = Segment.HeaderBytes;
        long groupAt = -1;
        while (at < file.Length)
        {
            if (RecordReader.TryRead(file, at, out RecordHeader header, out Effect effect) is { } problem)
            {
                long keep = groupAt >= 0 ? groupAt : at;
                if (!isLast) throw Bad(segment, at, problem);
                if (file.NextNonZero(at) == file.Length) return keep; // room that was written ahead (JournalLog)
                if (FindProofOfDamage(segment, file, at) is { } proof)
                    throw Bad(segment, at, $"{problem}, and the record at {proof} shows that this had been on the disk");
                return keep;
            }

            long next = at + RecordHeader.SizeBytes + header.Length;
            if (header.Kind == EffectKind.GroupEnd)
            {
                if (groupAt < 0) throw Bad(segment, at, "a group ends that never began");
                for (long member = groupAt; member < at;)
                {
                    RecordReader.TryRead(file, member, out RecordHeader h, out Effect e);
                    Apply(segment, member, h, e);
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
                throw Bad(segment, at, "a group has no end");
            }
            else
            {
                Apply(segment, at, header, effect);
            }

            at = next;
        }

        if (groupAt >= 0 && !isLast) throw Bad(segment, groupAt, "a group has no end");
        return groupAt >= 0 ? groupAt : at;
    }

    private void Apply(in Segment segment, long at, in RecordHeader header, in Effect effect)
    {
        if (header.Kind == EffectKind.SlotMap)
        {
            target.SlotMapChange(effect.Value);
            return;
        }

        if (header.Kind == EffectKind.Mark) return;
        Lsn reached = target.LsnOf(header.Shard);
        if (header.Lsn <= reached) return; // the snapshot has it
        if (header.Lsn != reached.Next) throw Bad(segment, at, $"shard {header.Shard} goes from Lsn {reached} to {header.Lsn}: records are missing");
        target.Apply(header.Shard, header.Epoch, header.Lsn, effect);
        _records++;
    }

    // A whole record behind the bad place whose "synced" offset lies beyond it. Only a forged or damaged file has one. Any byte may begin it,
    // and what stands there may be a client's values, of any bytes: the checksum, over as much as the length asks for, comes last.
    private static long? FindProofOfDamage(in Segment segment, FileWindow file, long bad)
    {
        long badOffset = segment.Base.Value + bad - Segment.HeaderBytes;
        for (long at = bad + 1; at <= file.Length - FixedBytes; at++)
        {
            ReadOnlySpan<byte> head = file.At(at, FixedBytes);
            if (!head[..RecordHeader.SizeBytes].ContainsAnyExcept((byte)0))
            {
                at = file.NextNonZero(at) - RecordHeader.SizeBytes; // no record begins with that many zeros
                continue;
            }

            if (!CouldProve(head, badOffset, segment.Base.Value + at - Segment.HeaderBytes, file.Length - at)) continue;
            if (RecordReader.TryRead(file, at, out RecordHeader header, out _) is null && header.Synced.Value > badOffset) return at;
        }

        return null;
    }

    // Whether so the header and the fixed part of a body can begin that proves a place to have been on the disk. What had been flushed when a
    // record was appended lies before the record: eight bytes that must fall between two offsets, which bytes of anything else hardly do.
    private static bool CouldProve(ReadOnlySpan<byte> head, long badOffset, long offset, long rest)
    {
        RecordHeader header = RecordHeader.Read(head);
        if (header.Synced.Value <= badOffset || header.Synced.Value > offset) return false;
        if (header.Kind is < EffectKind.Set or > EffectKind.Mark || head[9] > 1 || header.Shard.Value > ShardId.System.Value) return false;
        if (header.Length < RecordBody.FixedBytes || header.Length > rest - RecordHeader.SizeBytes) return false;
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(head[RecordHeader.SizeBytes..]);
        return keyLength is >= 0 and <= ushort.MaxValue && keyLength <= header.Length - RecordBody.FixedBytes;
    }

    private CorruptionException BadStart(in Segment first, string problem) => new(Path.Combine(disk.Folder, first.Name), 0, problem, Remedy.NoJournal);

    private CorruptionException Bad(in Segment segment, long at, string problem) => new(Path.Combine(disk.Folder, segment.Name), at, problem, Remedy.CutHere);
}
