using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Opens a store: manifest, then each shard's snapshot, then the journal behind them. It either ends with everything that was
/// acknowledged or throws <see cref="CorruptionException"/>; the folder is only read (the torn end is cut by
/// <see cref="JournalLog.Continue"/>, and left-over files are deleted by <see cref="DeleteLeftovers"/>).
/// </summary>
public static class StoreRecovery
{
    /// <param name="disk">The folder; its lock is the caller's.</param>
    /// <param name="target">Takes what is found.</param>
    /// <param name="parallelism">Snapshots loaded at once, 1 or more.</param>
    /// <param name="progress">Told of bytes done and bytes in all; may be null.</param>
    public static RecoveryResult Run(IDisk disk, IRecoveryTarget target, int parallelism, Action<long, long>? progress)
    {
        long started = Stopwatch.GetTimestamp();
        Manifest? manifest = Manifest.Load(disk);
        List<Segment> segments = SegmentList.Find(disk, isNew: manifest is null);
        long total = segments.Sum(s => disk.LengthOf(s.Name))
            + (manifest?.Shards.Where(s => s.File is not null && disk.Exists(s.File)).Sum(s => disk.LengthOf(s.File!)) ?? 0);
        long done = 0, entries = 0;

        if (manifest is not null)
        {
            target.SetSlotMap(manifest.SlotMap);
            foreach (ManifestShard shard in manifest.Shards) Begin(target, shard);
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism };
            RunEach(manifest.Shards, options, shard =>
            {
                (long count, long bytes) = LoadSnapshot(disk, manifest, shard, target);
                Interlocked.Add(ref entries, count);
                progress?.Invoke(Interlocked.Add(ref done, bytes), total);
            });
        }
        else if (TraceOfManifest(disk, segments) is { } known)
        {
            throw new CorruptionException(
                Path.Combine(disk.Folder, Manifest.Name), 0, $"it is missing, but there {known}", Remedy.NoManifest);
        }

        var replay = new JournalReplay(disk, target, manifest?.StoreId, manifest?.Shards ?? []);
        ReplayedJournal journal = replay.Run(segments, bytes => progress?.Invoke(done += bytes, total));
        return new RecoveryResult
        {
            Manifest = manifest,
            Entries = entries,
            Records = journal.Records,
            Bytes = done,
            TornBytes = journal.TornBytes,
            Elapsed = Stopwatch.GetElapsedTime(started),
            LastSegment = journal.Last,
            LastSegmentLength = journal.LastLength,
            OlderSegments = journal.Older,
        };
    }

    /// <summary>
    /// Deletes what a crash left between two steps: temporary files, and snapshots that no manifest names. Call it after a recovery that
    /// succeeded.
    /// </summary>
    public static void DeleteLeftovers(IDisk disk, Manifest? manifest)
    {
        var named = new HashSet<string?>(manifest?.Shards.Select(s => s.File) ?? []);
        foreach (string name in disk.List())
        {
            if (name.EndsWith(".tmp", StringComparison.Ordinal) || (SnapshotHeader.IsName(name) && !named.Contains(name)))
                disk.Delete(name);
        }
    }

    // The first manifest is on the disk before the first record is written and the first snapshot taken. So a first start that a crash
    // ended has left one segment without records at the most; in any other folder the manifest was lost, and without it a part of the data
    // would be served.
    private static string? TraceOfManifest(IDisk disk, List<Segment> segments)
    {
        if (disk.List().Any(SnapshotHeader.IsName)) return "are snapshots";
        if (segments.Count == 0) return null;
        if (segments.Count > 1 || segments[0].Number > 1) return "is a journal of more than one segment";
        using var file = new FileWindow(disk, segments[0].Name);
        return file.NextNonZero(Segment.HeaderBytes) < file.Length ? "are records in the journal" : null;
    }

    // A row of format 1, and one whose snapshot was set aside, does not know its tenures: the last one is taken to begin where the
    // snapshot stands.
    private static void Begin(IRecoveryTarget target, ManifestShard row)
    {
        var id = new ShardId((ushort)row.Id);
        target.BeginShard(id, row.Position, new Epoch(row.Fence));
        EpochStart[] epochs = row.Epochs is { Count: > 0 } known
            ? [.. known.Select(e => new EpochStart(new Epoch(e.Epoch), new Lsn(e.First)))]
            : [new EpochStart(row.Position.Epoch, row.Position.Lsn)];
        target.RestoreEpochs(id, epochs);
    }

    private static void RunEach(IReadOnlyList<ManifestShard> shards, ParallelOptions options, Action<ManifestShard> load)
    {
        if (options.MaxDegreeOfParallelism == 1)
        {
            foreach (ManifestShard shard in shards) load(shard);
            return;
        }

        try
        {
            Parallel.ForEach(shards, options, load);
        }
        catch (AggregateException all) when (all.InnerExceptions.OfType<CorruptionException>().FirstOrDefault() is { } corruption)
        {
            throw corruption;
        }
    }

    private static (long Entries, long Bytes) LoadSnapshot(IDisk disk, Manifest manifest, ManifestShard shard, IRecoveryTarget target)
    {
        if (shard.File is null) return (0, 0);
        string path = Path.Combine(disk.Folder, shard.File);
        if (!disk.Exists(shard.File))
            throw new CorruptionException(path, 0, "the manifest names this snapshot, but it is missing", Remedy.GoOnWithout);
        using var file = new FileWindow(disk, shard.File);
        if (SnapshotHeader.NewerVersion(file.At(0, SnapshotHeader.FixedBytes)) is { } version)
            throw CorruptionException.Newer(path, version, SnapshotHeader.FormatVersion);
        if (SnapshotHeader.TryRead(file, out string? problem) is not { } header)
            throw new CorruptionException(path, 0, problem!, Remedy.GoOnWithout);
        if (header.StoreId != manifest.StoreId || header.Shard.Value != shard.Id || header.Position != shard.Position)
            throw new CorruptionException(path, 0, "this is not the snapshot that the manifest names", Remedy.GoOnWithout);
        var id = new ShardId((ushort)shard.Id);
        if (header.Epochs.Length > 0) target.RestoreEpochs(id, header.Epochs);
        long entries = SnapshotFormat.ReadEntries(file, header,
            (key, value, deadline, version) => target.RestoreEntry(id, key, value, deadline, version));
        return (entries, file.Length);
    }
}
