using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// An opened store's folder: its disk, its journal, and the manifest in force, which names a snapshot for each shard. Another manifest
/// comes into force whole or not at all, after everything that it names is on the disk; then the files go that it no longer names. Any
/// thread.
/// </summary>
internal sealed class StoreFiles(IDisk disk, JournalLog journal, Manifest manifest)
{
    private readonly Lock _manifest = new(); // held while one replaces another; short
    private volatile Manifest _inForce = manifest;

    // Files that a manifest names whose saving failed: it may be the one that the disk has. Under _manifest.
    private readonly HashSet<string> _perhapsNamed = [];

    public IDisk Disk { get; } = disk;

    public JournalLog Journal { get; } = journal;

    public ulong StoreId { get; } = manifest.StoreId;

    public Manifest Manifest => _inForce;

    public ManifestShard? RowOf(int shard) => RowOf(_inForce, shard);

    /// <summary>
    /// Puts one shard's row in force, unless another one is than when it was taken. Throws <see cref="IOException"/>: the old manifest is
    /// in force then, or after a failed flush of the folder perhaps this one. The journal is read from where it was before: shards that
    /// have no row yet are found there; what of it the snapshot has is known by its Lsn, and the next cycle moves the offset on.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="taken">The row that was in force when the snapshot was begun: when another one is, the shard came from another node
    /// meanwhile, and its row stays.</param>
    public void Replace(ManifestShard row, ManifestShard? taken) => Replace(row, inForce => ReferenceEquals(inForce, taken));

    /// <summary>The same whatever row is in force.</summary>
    public void Replace(ManifestShard row) => Replace(row, static _ => true);

    private void Replace(ManifestShard row, Func<ManifestShard?, bool> mayReplace)
    {
        try
        {
            MakeReady();
        }
        catch
        {
            Forget([row]); // a retry would leave another one
            throw;
        }

        lock (_manifest)
        {
            Manifest before = _inForce;
            if (!mayReplace(RowOf(before, row.Id)))
            {
                Forget([row]);
                return; // the shard came from another node meanwhile
            }

            row = row with { ReplayFrom = before.Shards.Count > 0 ? before.Shards.Min(s => s.ReplayFrom) : 0 };
            UseLocked(before.SlotMap, [.. before.Shards.Where(s => s.Id != row.Id).Append(row).OrderBy(s => s.Id)], []);
        }
    }

    /// <summary>
    /// Puts the rows of a whole cycle in force. A shard that came from another node meanwhile keeps its row, which is newer than the one
    /// that the cycle took, and so does one that was not there when the cycle began; its later records stand behind the offset that the
    /// cycle saw. Returns the length of the snapshots that are in force now, bytes. Throws as <see cref="Replace"/> does.
    /// </summary>
    public long ReplaceAll(byte[] slotMap, IReadOnlyList<ManifestShard> rows)
    {
        try
        {
            MakeReady();
        }
        catch
        {
            Forget(rows);
            throw;
        }

        lock (_manifest)
        {
            Dictionary<int, ManifestShard> now = _inForce.Shards.ToDictionary(s => s.Id);
            long begun = rows.Min(r => r.ReplayFrom);
            List<ManifestShard> newest =
                [.. rows.Select(r => now.Remove(r.Id, out ManifestShard? newer) && newer.RecordsFrom >= r.RecordsFrom && newer != r
                ? newer with { ReplayFrom = r.ReplayFrom } : r)];
            newest.AddRange(now.Values.Select(added => added with { ReplayFrom = begun }));
            UseLocked(slotMap, newest, rows.Select(r => r.File).OfType<string>());
            return newest.Sum(r => r.File is null ? 0 : Disk.LengthOf(r.File));
        }
    }

    /// <summary>A tenure that no later start will take; on the disk when this returns. Throws <see cref="IOException"/>.</summary>
    public void BeginTenure(Epoch tenure)
    {
        lock (_manifest)
        {
            Manifest next = _inForce with { Sequence = _inForce.Sequence + 1, Epoch = tenure.Value };
            next.Save(Disk);
            _inForce = next;
        }
    }

    /// <summary>Deletes the snapshots of rows that do not come into force, but for those that a manifest names, or perhaps does.</summary>
    public void Forget(IEnumerable<ManifestShard> taken)
    {
        lock (_manifest) Delete(taken.Select(r => r.File).OfType<string>(), [.. _inForce.Shards.Select(r => r.File), .. _perhapsNamed]);
    }

    private static ManifestShard? RowOf(Manifest manifest, int shard) => manifest.Shards.FirstOrDefault(s => s.Id == shard);

    // What must be on the disk before a manifest names new snapshots: their names, and the journal. A snapshot may hold one half of a
    // transaction whose other half is still in the journal alone.
    private void MakeReady()
    {
        Disk.FlushFolder();
        JournalOffset upTo = Journal.Appended;
        if (!Journal.Commit(upTo, Durability.Always)) throw new IOException(Journal.Failure);
    }

    private void UseLocked(byte[] slotMap, IReadOnlyList<ManifestShard> rows, IEnumerable<string> taken)
    {
        Debug.Assert(_manifest.IsHeldByCurrentThread);
        Manifest before = _inForce;
        Manifest next = before with { Sequence = before.Sequence + 1, SlotMap = slotMap, Shards = rows };
        try
        {
            next.Save(Disk);
        }
        catch
        {
            _perhapsNamed.UnionWith(rows.Select(r => r.File).OfType<string>());
            throw;
        }

        _inForce = next;
        string[] old = [.. before.Shards.Select(s => s.File).OfType<string>(), .. taken, .. _perhapsNamed];
        _perhapsNamed.Clear();
        Delete(old, [.. rows.Select(s => s.File)]);
    }

    private void Delete(IEnumerable<string> files, HashSet<string?> kept)
    {
        foreach (string file in files.Distinct().Where(f => !kept.Contains(f)))
        {
            try
            {
                Disk.Delete(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // it goes at the next start
            }
        }
    }
}
