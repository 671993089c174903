using System.Globalization;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// Looks into a data folder that no server has open, with the readers that recovery uses. <see cref="Verify"/> and <see cref="Dump"/>
/// change nothing; <see cref="Repair"/> sets what is damaged aside (as <c>*.damaged</c>) and never deletes.
/// </summary>
public static class JournalInspector
{
    private const string Aside = ".damaged";

    /// <summary>A report on every file of the store, whole or not.</summary>
    public static IReadOnlyList<FileReport> Verify(IDisk disk)
    {
        var reports = new List<FileReport>();
        Manifest? manifest = null;
        if (disk.Exists(Manifest.Name))
        {
            (manifest, string? problem) = TryManifest(disk);
            reports.Add(new FileReport(Manifest.Name, "shards", manifest?.Shards.Count ?? 0, disk.LengthOf(Manifest.Name), problem, 0));
        }

        foreach (string name in disk.List().Where(n => SnapshotHeader.IsName(n) && !n.EndsWith(Aside, StringComparison.Ordinal))) reports.Add(CheckSnapshot(disk, name));
        foreach (ManifestShard shard in manifest?.Shards ?? [])
        {
            if (shard.File is not null && !disk.Exists(shard.File)) reports.Add(new FileReport(shard.File, "entries", 0, 0, "the manifest names it, but it is missing", 0));
        }

        Dictionary<int, long> reached = LsnsOf(manifest);
        foreach (string name in disk.List().Where(Segment.IsName)) reports.Add(CheckSegment(disk, name, reached));
        return reports;
    }

    /// <summary>Every record of the journal, in order.</summary>
    public static IEnumerable<DumpedRecord> Dump(IDisk disk)
    {
        foreach (string name in disk.List().Where(Segment.IsName))
        {
            using var file = new FileWindow(disk, name);
            if (Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem) is null)
            {
                yield return Unreadable(name, 0, problem!);
                continue;
            }

            for (long at = Segment.HeaderBytes; at < file.Length;)
            {
                DumpedRecord record = ReadOne(name, file, at, out long next);
                if (record.Problem is not null && IsRoomAhead(disk, name, file, at)) break;
                yield return record;
                if (record.Problem is not null) break;
                at = next;
            }
        }
    }

    /// <summary>
    /// Makes a damaged folder open again: damaged snapshots and everything of the journal from its first damage on are set aside. What is
    /// lost is in the steps' words. With <paramref name="dryRun"/> nothing is changed.
    /// </summary>
    public static IReadOnlyList<RepairStep> Repair(IDisk disk, bool dryRun)
    {
        var steps = new List<RepairStep>();
        if (disk.Exists(Manifest.Name) && TryManifest(disk).Problem is { } manifestProblem)
            throw new IOException($"{disk.Folder}/{Manifest.Name}: {manifestProblem}. A manifest cannot be made up from what is left: restore it from a backup");
        bool cut = CutJournal(disk, dryRun, steps);
        RewriteManifest(disk, dryRun, cut, steps);
        return steps;
    }

    private static bool CutJournal(IDisk disk, bool dryRun, List<RepairStep> steps)
    {
        bool cut = false;
        bool isFirst = true;
        Dictionary<int, long> reached = LsnsOf(disk.Exists(Manifest.Name) ? TryManifest(disk).Manifest : null);
        foreach (string name in disk.List().Where(Segment.IsName).ToArray())
        {
            if (cut)
            {
                steps.Add(new RepairStep($"set {name} aside: it follows the damage; its records are lost"));
                if (!dryRun) disk.Rename(name, name + Aside);
                continue;
            }

            FileReport report = CheckSegment(disk, name, reached);
            bool first = isFirst;
            isFirst = false;
            if (report.Problem is null) continue;
            if (first && report.ProblemOffset < Segment.HeaderBytes)
                throw new IOException($"{disk.Folder}/{name}: {report.Problem}. Nothing of the journal could be kept: restore the folder from a backup");
            cut = true;
            if (report.ProblemOffset < Segment.HeaderBytes)
            {
                steps.Add(new RepairStep($"set {name} aside: {report.Problem}; its records are lost"));
                if (!dryRun) disk.Rename(name, name + Aside);
                continue;
            }

            steps.Add(new RepairStep(string.Create(CultureInfo.InvariantCulture,
                $"cut {name} at offset {report.ProblemOffset}: {report.Problem}; {report.SizeBytes - report.ProblemOffset:N0} bytes of records are lost (kept in {name}{Aside})")));
            if (dryRun) continue;
            Copy(disk, name, report.ProblemOffset, report.SizeBytes, name + Aside);
            Copy(disk, name, 0, report.ProblemOffset, name + ".tmp");
            disk.Rename(name + ".tmp", name);
        }

        if (cut && !dryRun) disk.FlushFolder();
        return cut;
    }

    // A shard whose snapshot is gone begins empty; the journal gives it back only what came after its snapshot.
    private static void RewriteManifest(IDisk disk, bool dryRun, bool cut, List<RepairStep> steps)
    {
        (Manifest? manifest, _) = disk.Exists(Manifest.Name) ? TryManifest(disk) : (null, null);
        if (manifest is null) return;
        var rows = new List<ManifestShard>();
        foreach (ManifestShard shard in manifest.Shards)
        {
            string? problem = shard.File is null ? null : disk.Exists(shard.File) ? CheckSnapshot(disk, shard.File).Problem : "it is missing";
            if (problem is null)
            {
                rows.Add(shard);
                continue;
            }

            steps.Add(new RepairStep($"go on without {shard.File}: {problem}; shard {shard.Id} keeps only what the journal has written since"));
            rows.Add(shard with { File = null });
            if (!dryRun && disk.Exists(shard.File!)) disk.Rename(shard.File!, shard.File + Aside);
        }

        // A shortened journal goes on below offsets that were promised to be replayed: from its beginning, then.
        if (cut && disk.List().FirstOrDefault(Segment.IsName) is { } oldest && HeaderOf(disk, oldest) is { } start)
        {
            for (int i = 0; i < rows.Count; i++) rows[i] = rows[i] with { ReplayFrom = Math.Min(rows[i].ReplayFrom, start.Base.Value) };
        }

        if (!dryRun && rows.Any(r => !manifest.Shards.Contains(r))) (manifest with { Sequence = manifest.Sequence + 1, Shards = rows }).Save(disk);
    }

    // A part of a file, from one byte up to before another, as a file of its own.
    private static void Copy(IDisk disk, string from, long begin, long end, string to)
    {
        const int StepBytes = 1024 * 1024;
        using var source = new FileWindow(disk, from);
        using IDiskFile file = disk.Create(to);
        for (long at = begin; at < end; at += StepBytes) file.Write(source.At(at, (int)Math.Min(StepBytes, end - at)));
        file.Flush();
    }

    private static Segment? HeaderOf(IDisk disk, string name)
    {
        using var file = new FileWindow(disk, name);
        return Segment.TryRead(file.At(0, Segment.HeaderBytes), out _);
    }

    private static (Manifest? Manifest, string? Problem) TryManifest(IDisk disk)
    {
        try
        {
            return (Manifest.Load(disk), null);
        }
        catch (CorruptionException damage)
        {
            return (null, damage.Problem);
        }
    }

    private static FileReport CheckSnapshot(IDisk disk, string name)
    {
        using var file = new FileWindow(disk, name);
        if (SnapshotHeader.TryRead(file.At(0, SnapshotHeader.SizeBytes), out string? problem) is null) return new FileReport(name, "entries", 0, file.Length, problem, 0);
        try
        {
            return new FileReport(name, "entries", SnapshotFormat.ReadEntries(file, static (_, _, _, _) => { }), file.Length, null, 0);
        }
        catch (CorruptionException damage)
        {
            return new FileReport(name, "entries", 0, file.Length, damage.Problem, damage.Offset);
        }
    }

    // The Lsn of each shard that the journal goes on from.
    private static Dictionary<int, long> LsnsOf(Manifest? manifest) => manifest?.Shards.ToDictionary(s => s.Id, s => s.Lsn) ?? [];

    // What recovery refuses (JournalReplay), with the Lsns that the journal has reached so far.
    private static FileReport CheckSegment(IDisk disk, string name, Dictionary<int, long> reached)
    {
        using var file = new FileWindow(disk, name);
        if (Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem) is null) return new FileReport(name, "records", 0, file.Length, problem, 0);
        long records = 0;
        long groupAt = -1;
        for (long at = Segment.HeaderBytes; at < file.Length;)
        {
            DumpedRecord record = ReadOne(name, file, at, out long next);
            if (record.Problem is not null && groupAt < 0 && IsRoomAhead(disk, name, file, at)) break;
            // A record of an unfinished group goes with it.
            if ((record.Problem ?? OrderProblemOf(record, groupAt >= 0, reached)) is { } bad) return new FileReport(name, "records", records, file.Length, bad, groupAt >= 0 ? groupAt : at);
            groupAt = record.InGroup ? (groupAt >= 0 ? groupAt : at) : -1;
            records++;
            at = next;
        }

        return new FileReport(name, "records", records, file.Length, groupAt >= 0 ? "a group has no end" : null, Math.Max(groupAt, 0));
    }

    private static string? OrderProblemOf(DumpedRecord record, bool isInGroup, Dictionary<int, long> reached)
    {
        if (record.Kind == EffectKind.GroupEnd) return isInGroup ? null : "a group ends that never began";
        if (isInGroup && !record.InGroup) return "a group has no end";
        if (record.Kind is EffectKind.SlotMap or EffectKind.Mark) return null;
        long before = reached.GetValueOrDefault(record.Shard);
        if (record.Lsn <= before) return null; // the snapshot has it
        if (record.Lsn != before + 1) return $"shard {record.Shard} goes from Lsn {before} to {record.Lsn}: records are missing";
        reached[record.Shard] = record.Lsn;
        return null;
    }

    // The last segment may end with zeros that were written ahead (JournalLog).
    private static bool IsRoomAhead(IDisk disk, string name, FileWindow file, long at) =>
        file.NextNonZero(at) == file.Length && disk.List().Last(Segment.IsName) == name;

    private static DumpedRecord ReadOne(string name, FileWindow file, long at, out long next)
    {
        next = at;
        if (RecordReader.TryRead(file, at, out RecordHeader header, out Effect effect) is { } problem) return Unreadable(name, at, problem);
        next = at + RecordHeader.SizeBytes + header.Length;
        return new DumpedRecord(name, at, header.Shard.Value, header.Epoch.Value, header.Lsn.Value, header.Kind, header.InGroup, effect.Key.ToArray(), effect.Value.Length, effect.DeadlineMs, null);
    }

    private static DumpedRecord Unreadable(string name, long offset, string problem) => new(name, offset, 0, 0, 0, default, false, [], 0, 0, problem);
}
