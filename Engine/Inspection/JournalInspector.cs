using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// Looks into a data folder that no server has open, with the readers that recovery uses, and with recovery itself: what a start refuses is
/// a problem, whatever the files say one by one. <see cref="Verify"/> and <see cref="Dump"/> change nothing; <see cref="Repair"/> sets what
/// is damaged aside (as <c>*.damaged</c>) and never deletes.
/// </summary>
public static class JournalInspector
{
    /// <summary>Whether a folder has any file of a store.</summary>
    public static bool HoldsStore(IDisk disk) => disk.List().Any(n => n == Manifest.Name || SnapshotHeader.IsName(n) || Segment.IsName(n));

    /// <summary>
    /// A report on every file of the store, whole or not, and on one that is missing; the one that a start refuses for says so.
    /// </summary>
    public static IReadOnlyList<FileReport> Verify(IDisk disk)
    {
        List<FileReport> reports = CheckFiles(disk);
        if (RefusalOf(disk) is not { } refusal) return reports;
        string name = Path.GetFileName(refusal.File);
        int at = reports.FindIndex(r => r.Name == name);
        if (at < 0) reports.Add(With(new FileReport(name, name == Manifest.Name ? "shards" : "records", 0, 0, null, 0), refusal));
        else reports[at] = With(reports[at], refusal);
        return reports;
    }

    /// <summary>Every record of the journal, in order.</summary>
    public static IEnumerable<DumpedRecord> Dump(IDisk disk)
    {
        foreach (string name in disk.List().Where(Segment.IsName))
        {
            using var file = new FileWindow(disk, name);
            if (Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem) is not { } segment)
            {
                yield return Unreadable(name, 0, problem!);
                continue;
            }

            var cursor = new RecordCursor(segment.Version);
            while (cursor.Next < file.Length)
            {
                DumpedRecord record = ReadOne(segment, file, ref cursor);
                if (record.Problem is not null && IsRoomAhead(disk, name, file, cursor.At)) break;
                yield return record;
                if (record.Problem is not null) break;
            }
        }
    }

    /// <summary>
    /// Makes a damaged folder open again: damaged snapshots and everything of the journal from its first damage on are set aside. What is
    /// lost is in the steps' words. With <paramref name="dryRun"/> nothing is changed. Nothing is done where a start opens the folder by
    /// itself; throws <see cref="IOException"/> where nothing could be kept, and for files of a newer program, which are not damaged.
    /// Throws <see cref="CorruptionException"/> for a node whose promises are damaged: they must say what is lost.
    /// </summary>
    public static IReadOnlyList<RepairStep> Repair(IDisk disk, bool dryRun)
    {
        if (RefusalOf(disk) is not { } refusal) return [];
        if (CheckFiles(disk).FirstOrDefault(r => r.IsNewerFormat) is { } newer)
            throw new IOException($"{disk.Folder}/{newer.Name}: {newer.Problem}. That is no damage, and nothing was changed: use the "
            + $"program that wrote it, or a newer one");
        (Manifest? manifest, CorruptionException? damage) = TryManifest(disk);
        if (manifest is null)
            throw new IOException($"{disk.Folder}/{Manifest.Name}: {(damage ?? refusal).Problem}. A manifest cannot be made up from what "
            + $"is left: restore the folder from a backup");
        var repair = new FolderRepair(disk, manifest, refusal);
        List<RepairStep> steps = repair.Plan();
        if (steps.Count == 0) throw new IOException($"{refusal.File}, offset {refusal.Offset}: {refusal.Problem}. Nothing that is known "
            + $"here mends it: restore the folder from a backup");
        if (dryRun) return steps;
        repair.Run();
        if (RefusalOf(disk) is { } still) steps.Add(new RepairStep($"the folder still does not open: {still.Message}"));
        return steps;
    }

    // Why a server would refuse to start here; null when it would not. Reads everything and keeps nothing.
    private static CorruptionException? RefusalOf(IDisk disk)
    {
        try
        {
            StoreRecovery.Run(disk, new CheckTarget(), parallelism: 1, progress: null);
            return null;
        }
        catch (CorruptionException refusal)
        {
            return refusal;
        }
    }

    /// <summary>One file by itself.</summary>
    internal static FileReport Check(IDisk disk, string name, CheckedPositions positions)
    {
        bool isSnapshot = SnapshotHeader.IsName(name);
        FileReport report = isSnapshot ? CheckSnapshot(disk, name) : CheckSegment(disk, name, positions);
        using var file = new FileWindow(disk, name);
        uint? newer = isSnapshot
            ? SnapshotHeader.NewerVersion(file.At(0, SnapshotHeader.FixedBytes))
            : Segment.NewerVersion(file.At(0, Segment.HeaderBytes));
        return report with { IsNewerFormat = newer is not null };
    }

    /// <summary>The earlier problem of the two that a file has, its own and the one that a start meets.</summary>
    internal static FileReport With(FileReport report, CorruptionException refusal)
    {
        bool isEarlier = report.Problem is null || refusal.Offset < report.ProblemOffset;
        return report with
        {
            Problem = isEarlier ? refusal.Problem : report.Problem,
            ProblemOffset = isEarlier ? refusal.Offset : report.ProblemOffset,
            IsNewerFormat = report.IsNewerFormat || refusal.IsNewerFormat,
            Refusal = refusal.Message,
        };
    }

    private static (Manifest? Manifest, CorruptionException? Damage) TryManifest(IDisk disk)
    {
        try
        {
            return (Manifest.Load(disk), null);
        }
        catch (CorruptionException damage)
        {
            return (null, damage);
        }
    }

    // Each file by itself.
    private static List<FileReport> CheckFiles(IDisk disk)
    {
        var reports = new List<FileReport>();
        (Manifest? manifest, CorruptionException? damage) = TryManifest(disk);
        var positions = new CheckedPositions(manifest);
        if (disk.Exists(Manifest.Name))
            reports.Add(new FileReport(Manifest.Name, "shards", manifest?.Shards.Count ?? 0, disk.LengthOf(Manifest.Name), damage?.Problem,
                0) { IsNewerFormat = damage is { IsNewerFormat: true } });
        reports.AddRange(disk.List().Where(SnapshotHeader.IsName).Select(name => Check(disk, name, positions)));
        foreach (ManifestShard shard in manifest?.Shards ?? [])
        {
            if (shard.File is not null && !disk.Exists(shard.File))
                reports.Add(new FileReport(shard.File, "entries", 0, 0, "the manifest names it, but it is missing", 0));
        }

        reports.AddRange(disk.List().Where(Segment.IsName).Select(name => Check(disk, name, positions)));
        return reports;
    }

    internal static FileReport CheckSnapshot(IDisk disk, string name)
    {
        using var file = new FileWindow(disk, name);
        if (SnapshotHeader.TryRead(file, out string? problem) is not { } header)
            return new FileReport(name, "entries", 0, file.Length, problem, 0);
        try
        {
            return new FileReport(name, "entries", SnapshotFormat.ReadEntries(file, header, static (_, _, _, _) => { }), file.Length,
                null, 0);
        }
        catch (CorruptionException damage)
        {
            return new FileReport(name, "entries", 0, file.Length, damage.Problem, damage.Offset);
        }
    }

    private static FileReport CheckSegment(IDisk disk, string name, CheckedPositions positions)
    {
        using var file = new FileWindow(disk, name);
        if (Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem) is not { } segment)
            return new FileReport(name, "records", 0, file.Length, problem, 0);
        positions.Begin(segment);
        ScanEnd end = JournalScan.Run(file, segment.Version, positions);
        bool isRoomAhead = end.Stop == ScanStop.Unreadable && end.WholeBytes == end.ProblemAt
            && IsRoomAhead(disk, name, file, end.ProblemAt);
        // Records of an unfinished group go with it: that is where a repair cuts.
        return new FileReport(name, "records", end.Records, file.Length, isRoomAhead ? null : end.Problem, end.Problem is null ? 0
            : end.WholeBytes) { WholeBytes = end.WholeBytes };
    }

    // The last segment may end with zeros that were written ahead (JournalLog).
    private static bool IsRoomAhead(IDisk disk, string name, FileWindow file, long at) =>
        file.NextNonZero(at) == file.Length && disk.List().Last(Segment.IsName) == name;

    private static DumpedRecord ReadOne(Segment segment, FileWindow file, ref RecordCursor cursor)
    {
        if (cursor.Read(file, out RecordHeader header, out Effect effect, out _) is { } problem)
            return Unreadable(segment.Name, cursor.At, problem);
        bool belongs = cursor.Place != GroupPlace.Alone && header.Kind != EffectKind.GroupEnd;
        LogPosition position = header.Position;
        return new DumpedRecord(
            segment.Name, cursor.At, header.Shard.Value, position.Epoch.Value, position.Lsn.Value, header.Kind, belongs,
            effect.Key.ToArray(), effect.Value.Length, effect.DeadlineMs, null);
    }

    private static DumpedRecord Unreadable(string name, long offset, string problem) =>
        new(name, offset, 0, 0, 0, default, false, [], 0, 0, problem);
}
