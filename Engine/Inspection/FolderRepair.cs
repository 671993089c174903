using System.Globalization;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// Makes a damaged folder open again with what is left: planned first, so that it can be told before anything changes. A folder with
/// promises of replicas is one copy of several, and what it has acknowledged is elsewhere, too. So it first notes among its promises what
/// it may lack, and a shard without its snapshot keeps nothing: what the journal has written since would stand at a position whose content
/// is not here, and other nodes would take that for the most advanced copy. If we crash between two steps, the next start refuses the
/// folder as before, or opens one that counts for no more than it has. One thread.
/// </summary>
/// <param name="disk">The folder.</param>
/// <param name="manifest">Its manifest.</param>
/// <param name="refusal">Why a server refuses to start with it.</param>
internal sealed class FolderRepair(IDisk disk, Manifest manifest, CorruptionException refusal)
{
    private readonly JournalCut _cut = new();
    private readonly List<ManifestShard> _rows = []; // the manifest's, as they are to be
    private readonly List<ManifestShard> _lost = []; // those of before whose snapshots are set aside
    private readonly List<RepairStep> _steps = [];
    private bool _hasReplicas;

    // Shards of which other nodes have copies, and this one has nothing any more. No other node has the host's own keys.
    private ShardId[] Emptied => _hasReplicas ? [.. _lost.Select(r => new ShardId((ushort)r.Id)).Where(id => id != ShardId.System)] : [];

    private bool IsNoted => _hasReplicas && (_cut.IsCut || Emptied.Length > 0);

    /// <summary>
    /// What is to be done, and what is lost by it; empty where nothing mends the folder. Throws <see cref="IOException"/> where nothing
    /// could be kept, and <see cref="CorruptionException"/> for promises that are damaged: nothing can be noted there.
    /// </summary>
    public List<RepairStep> Plan()
    {
        _hasReplicas = disk.Exists(ReplicaPromisesFile.Name);
        if (_hasReplicas) ReplicaPromisesFile.Read(disk, manifest.StoreId);
        PlanCut();
        foreach (ManifestShard row in manifest.Shards) PlanRow(row);
        if (_cut.IsCut) CutRows();
        if (IsNoted)
        {
            string whose = _cut.IsCut ? "any shard" : $"shard {string.Join(", ", Emptied)}";
            _steps.Add(new RepairStep($"note in {ReplicaPromisesFile.Name} that acknowledged records of {whose} may be missing here: the "
                + "node's copies do not count before the other nodes' copies bring it level"));
        }

        return _steps;
    }

    /// <summary>Does what was planned. Throws <see cref="IOException"/> where the disk refuses; it can be planned anew then.</summary>
    public void Run()
    {
        if (IsNoted) ReplicaPromises.MarkLost(disk, manifest.StoreId, _cut.IsCut ? null : Emptied);
        foreach (ManifestShard row in _lost)
        {
            if (disk.Exists(row.File!)) disk.Rename(row.File!, row.File + JournalCut.Aside);
        }

        // Before the journal is cut: if we crash here, the next start meets the damage again. The other way about it would open a journal
        // that goes on below the offsets from which on records count, and lose what is written there.
        if (!_rows.SequenceEqual(manifest.Shards)) (manifest with { Sequence = manifest.Sequence + 1, Shards = _rows }).Save(disk);
        _cut.Run(disk);
    }

    private void PlanCut()
    {
        var positions = new CheckedPositions(manifest);
        string[] names = [.. disk.List().Where(Segment.IsName)];
        if (names.Length == 0)
            throw new IOException($"{disk.Folder}: the journal is missing. Nothing of it could be kept: restore the folder from a backup");
        foreach (string name in names)
        {
            if (_cut.IsCut)
            {
                _steps.Add(new RepairStep($"set {name} aside: it follows the damage; its records are lost"));
                _cut.SetAside(name);
                continue;
            }

            FileReport report = JournalInspector.Check(disk, name, positions);
            if (Path.GetFileName(refusal.File) == name) report = JournalInspector.With(report, refusal);
            long kept = report.Problem is null ? report.WholeBytes : report.ProblemOffset;
            if (kept >= Segment.HeaderBytes && HeaderOf(name) is { } segment)
                _cut.End = new JournalOffset(segment.Base.Value + kept - Segment.HeaderBytes);
            if (report.Problem is null) continue;
            if (kept < Segment.HeaderBytes)
            {
                if (name == names[0])
                    throw new IOException(
                        $"{disk.Folder}/{name}: {report.Problem}. Nothing of the journal could be kept: restore the folder from a backup");
                _steps.Add(new RepairStep($"set {name} aside: {report.Problem}; its records are lost"));
                _cut.SetAside(name);
                continue;
            }

            _steps.Add(new RepairStep(string.Create(CultureInfo.InvariantCulture,
                $"cut {name} at offset {kept}: {report.Problem}; {report.SizeBytes - kept:N0} bytes of records are lost (kept in "
                    + $"{name}{JournalCut.Aside})")));
            _cut.CutAt(name, kept, report.SizeBytes);
        }
    }

    // The only copy of a shard begins empty at its position, so that what the journal has written since follows. One copy of several has
    // no position, and no record of before counts.
    private void PlanRow(ManifestShard row)
    {
        if (ProblemOf(row) is not { } problem)
        {
            _rows.Add(row);
            return;
        }

        bool isOneOfSeveral = _hasReplicas && row.Id != ShardId.System.Value;
        _steps.Add(new RepairStep($"go on without {row.File}: {problem}; shard {row.Id} keeps "
            + (isOneOfSeveral ? "nothing here" : "only what the journal has written since")));
        _rows.Add(isOneOfSeveral ? row.WithoutState(_cut.End) : row with { File = null });
        _lost.Add(row);
    }

    private string? ProblemOf(ManifestShard row)
    {
        if (row.File is not { } file) return null;
        if (!disk.Exists(file)) return "it is missing";
        return JournalInspector.CheckSnapshot(disk, file).Problem ?? (file == Path.GetFileName(refusal.File) ? refusal.Problem : null);
    }

    // A shortened journal goes on below offsets from which on records count: from its end, then. Not from before it, where records of a
    // shard's former life on this node may stand.
    private void CutRows()
    {
        for (int i = 0; i < _rows.Count; i++)
        {
            _rows[i] = _rows[i] with
            {
                ReplayFrom = Math.Min(_rows[i].ReplayFrom, _cut.End.Value),
                RecordsFrom = Math.Min(_rows[i].RecordsFrom, _cut.End.Value),
            };
        }
    }

    private Segment? HeaderOf(string name)
    {
        using var file = new FileWindow(disk, name);
        return Segment.TryRead(file.At(0, Segment.HeaderBytes), out _);
    }
}
