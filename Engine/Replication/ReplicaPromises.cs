using OrleansKv.Engine.Io;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// What a node must remember of its replicas beside their logs: the epoch that each has promised, and whether the tail of its log may be
/// lost. All of it is one small file of the data folder (<see cref="ReplicaPromisesFile"/>), replaced whole: new file, flush, rename, flush
/// of the folder. A start whose file says neither "clean stop" nor the machine's present boot comes behind a cut of power or a crash of the
/// machine: below durability <see cref="Durability.Always"/> that may have taken acknowledged records, of shards with and without a row.
/// A process that was killed alone has lost nothing, for what it acknowledged is with the kernel. Nothing here knows a durability level;
/// the one that counts is that of the life that has ended. One thread at a time.
/// </summary>
public sealed class ReplicaPromises
{
    // A start that finds it deletes it, as StoreRecovery.DeleteLeftovers does with all of this ending.
    private const string Temporary = ReplicaPromisesFile.Name + ".tmp";

    private readonly IDisk? _disk;
    private readonly ulong _storeId;
    private readonly Guid _bootId;
    private readonly SortedDictionary<ushort, ReplicaPromise> _rows = [];
    private readonly bool _othersMayHaveLostTail;

    private ReplicaPromises(IDisk? disk, ulong storeId, Guid bootId, ReplicaPromisesFile? file)
    {
        _disk = disk;
        _storeId = storeId;
        _bootId = bootId;
        IsDirty = disk is not null;
        IsNew = disk is not null && file is null;
        bool hasLost = file is { IsCleanStop: false } && (file.BootId != bootId || bootId == Guid.Empty);
        _othersMayHaveLostTail = disk is null || hasLost || file is { OthersMayHaveLostTail: true };
        if (file is null) return;
        foreach ((ushort shard, ReplicaPromise row) in file.Rows)
            _rows[shard] = row with { MayHaveLostTail = row.MayHaveLostTail || hasLost };
    }

    /// <summary>
    /// Whether the disk may have something else than this. True in a new folder until the first <see cref="Save"/>, never without a disk.
    /// </summary>
    public bool IsDirty { get; private set; }

    /// <summary>
    /// Reads the folder's file. In a folder without one nothing is promised and nothing lost: it is new, or of a program without
    /// replication; the first <see cref="Save"/> makes the file. One that is there is saved at once, with the present boot, not clean, and
    /// with what may be lost, so that a second restart does not forget it. Throws <see cref="CorruptionException"/> for a file that is
    /// damaged, of another store or of a newer format, <see cref="IOException"/> where the disk fails.
    /// </summary>
    /// <param name="disk">The data folder, whose lock the caller has. Null for a store in memory: nothing is kept, and each tail counts as
    /// lost until <see cref="TailIsWhole"/>, for the process before has taken it along.</param>
    /// <param name="storeId">The store's id: a file that was copied from another store is refused.</param>
    /// <param name="bootId">The machine's boot; <see cref="Guid.Empty"/> when it is not known, and is then taken for another one.</param>
    public static ReplicaPromises Open(IDisk? disk, ulong storeId, Guid bootId)
    {
        if (disk is null) return new ReplicaPromises(null, storeId, bootId, null);
        try
        {
            if (disk.Exists(Temporary)) disk.Delete(Temporary);
            if (!disk.Exists(ReplicaPromisesFile.Name)) return new ReplicaPromises(disk, storeId, bootId, null);
            var promises = new ReplicaPromises(disk, storeId, bootId, ReplicaPromisesFile.Read(disk, storeId));
            promises.Save();
            return promises;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>
    /// Forgets what a folder has promised, because records are about to be written there by their own leave: a cluster of several copies
    /// takes it no more.
    /// </summary>
    public static void Forget(IDisk disk)
    {
        if (!disk.Exists(ReplicaPromisesFile.Name)) return;
        disk.Delete(ReplicaPromisesFile.Name);
        disk.FlushFolder();
    }

    /// <summary>
    /// Notes in a folder that no server has open that acknowledged records may be missing, because a repair is about to give them up:
    /// flushed when it returns. Nothing else of the file changes, so that no start and no clean stop takes the note back. Throws
    /// <see cref="CorruptionException"/> for a file that is refused, and what the disk throws.
    /// </summary>
    /// <param name="disk">The folder, which has the file.</param>
    /// <param name="storeId">The store's id.</param>
    /// <param name="shards">Whose records; null for any shard's, those without a row included.</param>
    public static void MarkLost(IDisk disk, ulong storeId, IReadOnlyCollection<ShardId>? shards)
    {
        ReplicaPromisesFile file = ReplicaPromisesFile.Read(disk, storeId);
        foreach (ushort shard in shards?.Select(s => s.Value).ToArray() ?? [.. file.Rows.Keys])
        {
            Epoch promised = file.Rows.TryGetValue(shard, out ReplicaPromise row) ? row.Promised : Epoch.None;
            file.Rows[shard] = new ReplicaPromise(promised, MayHaveLostTail: true);
        }

        Write(disk, file with { OthersMayHaveLostTail = file.OthersMayHaveLostTail || shards is null });
    }

    /// <summary>There was no file: nobody has promised anything with this store, or what was promised is not known.</summary>
    public bool IsNew { get; }

    /// <summary>The highest epoch that was promised; <see cref="Epoch.None"/> for none.</summary>
    public Epoch PromisedOf(ShardId shard) => RowOf(shard).Promised;

    /// <summary>Whether records of the shard that were acknowledged may be missing here.</summary>
    public bool MayHaveLostTail(ShardId shard) => RowOf(shard).MayHaveLostTail;

    /// <summary>
    /// Notes a promise, which is not given before <see cref="Save"/> has returned. A lower one than the present changes nothing.
    /// </summary>
    public void Promise(ShardId shard, Epoch epoch)
    {
        ReplicaPromise row = RowOf(shard);
        if (epoch > row.Promised) Set(shard, row with { Promised = epoch });
    }

    /// <summary>
    /// Notes that all that was acknowledged before is here again. The records are flushed before <see cref="Save"/>: a cut of power between
    /// the two would leave a short log that counts as whole.
    /// </summary>
    public void TailIsWhole(ShardId shard)
    {
        ReplicaPromise row = RowOf(shard);
        if (row.MayHaveLostTail) Set(shard, row with { MayHaveLostTail = false });
    }

    /// <summary>Notes that records of the shard that were acknowledged may be missing here: what had them is gone.</summary>
    public void TailMayBeLost(ShardId shard) => Set(shard, RowOf(shard) with { MayHaveLostTail = true });

    /// <summary>
    /// Puts all on the disk, if anything has changed. Throws <see cref="IOException"/>, and is dirty then as before. The disk has the old
    /// file or the new one, and either will do. A promise of the new file was given to nobody yet, and to keep one that was not given only
    /// refuses more. A tail that the old file calls lost is counted later than it could be, and one that the new file calls whole is whole.
    /// </summary>
    public void Save()
    {
        if (IsDirty) Write(isCleanStop: false);
    }

    /// <summary>
    /// Puts all on the disk and calls the stop clean: called last, behind a last flush of the journal that has succeeded. Throws as
    /// <see cref="Save"/> does. Nothing is appended afterwards, even if it has failed, for the disk may have the new file; who does go on
    /// has something noted and saved before.
    /// </summary>
    public void SaveClean() => Write(isCleanStop: true);

    private ReplicaPromise RowOf(ShardId shard) =>
        _rows.TryGetValue(shard.Value, out ReplicaPromise row) ? row : new ReplicaPromise(Epoch.None, _othersMayHaveLostTail);

    private void Set(ShardId shard, ReplicaPromise row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shard.Value, ShardId.System.Value, nameof(shard)); // no start would read it
        _rows[shard.Value] = row;
        IsDirty = _disk is not null;
    }

    private void Write(bool isCleanStop)
    {
        if (_disk is null) return;
        IsDirty = true;
        try
        {
            Write(_disk, new ReplicaPromisesFile(_storeId, _bootId, isCleanStop, _othersMayHaveLostTail, _rows));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }

        IsDirty = false;
    }

    private static void Write(IDisk disk, ReplicaPromisesFile content)
    {
        using (IDiskFile file = disk.Create(Temporary))
        {
            file.Write(content.ToBytes());
            file.Flush();
        }

        disk.Rename(Temporary, ReplicaPromisesFile.Name);
        disk.FlushFolder();
    }
}
