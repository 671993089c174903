using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>Opens a folder: recovers what is there, or makes a new store.</summary>
internal static class StoreOpening
{
    public static NodeStore Open(StoreOptions options, IDisk disk, Action<long, long>? progress)
    {
        var log = new DeferredLog();
        var target = new RecoveryTarget(options, log);
        RecoveryResult found = StoreRecovery.Run(disk, target, options.RecoveryParallelism, progress);
        // Who leads shards by itself keeps no promise of replicas: what it writes no other replica has. A folder that is refused keeps its.
        if (options.LeadsShards) ReplicaPromises.Forget(disk);
        StoreRecovery.DeleteLeftovers(disk, found.Manifest);

        // New, or a start that was interrupted before its first manifest: then nothing was acknowledged yet, but a journal may exist.
        if (found.Manifest is null) target.Use(SlotMap.Create(options.ShardCount));
        ulong storeId = found.Manifest?.StoreId ?? found.LastSegment?.StoreId ?? new RandomSource(options.RandomSeed).Next();
        Manifest manifest = found.Manifest ?? new Manifest(storeId, 0, target.Map.ToBytes(), []);
        Epoch tenure = new Epoch(Math.Max(manifest.Epoch, target.HighestEpoch.Value)).Next;
        manifest = manifest with { Sequence = manifest.Sequence + 1, Epoch = tenure.Value };

        // The tenure is on the disk before a record of it is written: no later start may take the same one. A manifest without any segment
        // would be a lost journal.
        if (found.LastSegment is not null) manifest.Save(disk);
        JournalLog journal = found.LastSegment is { } last
            ? JournalLog.Continue(disk, last, found.LastSegmentLength, [.. found.OlderSegments], options.Journal, options.Time)
            : JournalLog.Create(disk, storeId, options.Journal, options.Time);
        if (found.LastSegment is null) manifest.Save(disk);

        log.Target = journal;
        var tail = new JournalTail();
        journal.Sink = tail;
        return new NodeStore(options, tenure, target.Map, target.TakeCells(), target.TakeSystem(), log, tail, journal,
            new StoreFiles(disk, journal, manifest), found);
    }

    /// <summary>Shards exist before their journal does: recovery applies, and applying appends nothing.</summary>
    private sealed class DeferredLog : IEffectLog
    {
        public IEffectLog? Target { get; set; }

        public void Append(ShardId shard, LogPosition position, in Effect effect) => Target!.Append(shard, position, effect);

        public void BeginGroup() => Target!.BeginGroup();

        public void EndGroup() => Target!.EndGroup();
    }
}
