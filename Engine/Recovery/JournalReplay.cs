using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Applies the journal's records, in the order that <see cref="JournalScan"/> checks. A bad record is the torn end of a crash only in the
/// last segment and only if nothing behind it proves that its place had been flushed (<see cref="RecordHeader.Synced"/>); anything else is
/// damage and refuses to start.
/// </summary>
/// <param name="disk">The folder.</param>
/// <param name="target">Takes the records.</param>
/// <param name="storeId">The manifest's; null without one.</param>
/// <param name="rows">The manifest's.</param>
internal sealed class JournalReplay(IDisk disk, IRecoveryTarget target, ulong? storeId, IReadOnlyList<ManifestShard> rows) : IScanTarget
{
    private const RecordFlags KnownFlags = RecordFlags.Continues | RecordFlags.ShardContinues;

    private readonly RecordOffsets _offsets = new(rows);
    private readonly JournalOffset _replayFrom = new(rows.Count > 0 ? rows.Min(s => s.ReplayFrom) : 0);
    private long _records;

    public ReplayedJournal Run(List<Segment> segments, Action<long> progress)
    {
        if (segments.Count == 0)
        {
            if (storeId is not null)
                throw new CorruptionException(Path.Combine(disk.Folder, Segment.NameOf(1)), 0, "the journal is missing", Remedy.NoJournal);
            return new ReplayedJournal(0, 0, null, 0, []);
        }

        if (storeId is { } id && segments[0].StoreId != id) throw BadStart(segments[0], "it belongs to another store than the manifest");
        if (segments[0].Base > _replayFrom)
            throw BadStart(segments[0], $"the journal before it is missing (from offset {_replayFrom} on)");

        var older = new List<(Segment, long)>();
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            bool isLast = i == segments.Count - 1;
            using var file = new FileWindow(disk, segment.Name);
            long end = segment.Base.Value + file.Length - Segment.HeaderBytes;
            if (!isLast && segments[i + 1].Base.Value != end)
                throw Bad(segment, file.Length,
                    $"the next segment begins at journal offset {segments[i + 1].Base}, this one ends at {end}");
            if (!isLast && end <= _replayFrom.Value)
            {
                older.Add((segment, file.Length));
                continue; // every shard's snapshot is newer
            }

            _offsets.Begin(segment);
            long whole = WholeBytesOf(segment, file, JournalScan.Run(file, segment.Version, this), isLast);
            progress(file.Length);
            if (isLast) return new ReplayedJournal(_records, file.LastZeros(whole) - whole, segment, whole, older);
            older.Add((segment, file.Length));
        }

        throw new InvalidOperationException("a journal has a last segment");
    }

    LogPosition? IScanTarget.PositionOf(ShardId shard, long at) =>
        _offsets.Counts(shard, at) ? target.PositionOf(shard) : LogPosition.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IScanTarget.Take(in RecordHeader header, LogPosition position, in Effect effect)
    {
        switch (header.Kind)
        {
            case EffectKind.SlotMap:
                target.ChangeSlotMap(effect.Value);
                break;
            case EffectKind.Mark:
                break;
            default:
                target.Apply(header.Shard, position, effect);
                _records++;
                break;
        }
    }

    // Bytes of the file that are kept. Only the last segment may end before its file does: by a crash.
    private long WholeBytesOf(in Segment segment, FileWindow file, in ScanEnd end, bool isLast)
    {
        if (end.Stop == ScanStop.EndOfFile) return end.WholeBytes;
        if (!isLast || end.Stop == ScanStop.OutOfOrder) throw Bad(segment, end.ProblemAt, end.Problem!);
        // All zeros from there on: room that was written ahead (JournalLog).
        if (end.Stop == ScanStop.Unreadable && file.NextNonZero(end.ProblemAt) < file.Length
            && FindProofOfDamage(segment, file, end.ProblemAt) is { } proof)
            throw Bad(segment, end.ProblemAt, $"{end.Problem}, and the record at {proof} shows that this had been on the disk");
        return end.WholeBytes;
    }

    // A whole record behind the bad place whose "synced" offset lies beyond it. Only a forged or damaged file has one. Any byte may begin
    // it, and what stands there may be a client's values, of any bytes: the checksum, over as much as the length asks for, comes last.
    private static long? FindProofOfDamage(in Segment segment, FileWindow file, long bad)
    {
        long badOffset = segment.Base.Value + bad - Segment.HeaderBytes;
        int headBytes = RecordHeader.SizeBytes + RecordBody.MinBytesOf(segment.Version);
        for (long at = bad + 1; at <= file.Length - headBytes; at++)
        {
            ReadOnlySpan<byte> head = file.At(at, headBytes);
            if (!head[..RecordHeader.SizeBytes].ContainsAnyExcept((byte)0))
            {
                at = file.NextNonZero(at) - RecordHeader.SizeBytes; // no record begins with that many zeros
                continue;
            }

            if (!CouldProve(segment.Version, head, badOffset, segment.Base.Value + at - Segment.HeaderBytes, file.Length - at)) continue;
            if (RecordReader.TryRead(file, segment.Version, at, out RecordHeader header, out _, out _) is null
                && header.Synced.Value > badOffset) return at;
        }

        return null;
    }

    // Whether so the header and the fixed part of a body can begin that proves a place to have been on the disk. What had been flushed when
    // a record was appended lies before the record: eight bytes that must fall between two offsets, which bytes of anything else hardly do.
    private static bool CouldProve(uint version, ReadOnlySpan<byte> head, long badOffset, long offset, long rest)
    {
        RecordHeader header = RecordHeader.Read(head);
        if (header.Synced.Value <= badOffset || header.Synced.Value > offset) return false;
        if (!RecordReader.IsKnown(version, header.Kind) || header.Flags > KnownFlags || header.Shard.Value > ShardId.System.Value)
            return false;
        return header.Length >= 0 && header.Length <= rest - RecordHeader.SizeBytes
            && RecordBody.CouldBegin(version, head[RecordHeader.SizeBytes..], header.Length);
    }

    private CorruptionException BadStart(in Segment first, string problem) =>
        new(Path.Combine(disk.Folder, first.Name), 0, problem, Remedy.NoJournal);

    private CorruptionException Bad(in Segment segment, long at, string problem) =>
        new(Path.Combine(disk.Folder, segment.Name), at, problem, Remedy.CutHere);
}
