using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Slots;
using OrleansKv.Engine.Snapshots;

namespace OrleansKv.Engine.Store;

/// <summary>Opens a folder: recovers what is there, or makes a new store.</summary>
internal static class StoreOpening
{
    public static NodeStore Open(StoreOptions options, IDisk disk, Action<long, long>? progress)
    {
        var log = new DeferredLog();
        var target = new RecoveryTarget(options, log);
        RecoveryResult found = StoreRecovery.Run(disk, target, options.RecoveryParallelism, progress);
        StoreRecovery.DeleteLeftovers(disk, found.Manifest);

        JournalLog journal;
        Manifest manifest;
        if (found.Manifest is null)
        {
            // New, or a start that was interrupted before its first manifest: then nothing was acknowledged yet, but a journal may exist.
            SlotMap map = SlotMap.Create(options.ShardCount);
            target.Use(map);
            ulong storeId = found.LastSegment?.StoreId ?? new RandomSource(options.RandomSeed).Next();
            manifest = new Manifest(storeId, 1, map.ToBytes(), []);
            if (found.LastSegment is null) journal = JournalLog.Create(disk, storeId, options.Journal, options.Time);
            else journal = JournalLog.Continue(disk, found.LastSegment.Value, found.LastSegmentLength, [.. found.OlderSegments], options.Journal, options.Time);
            manifest.Save(disk);
        }
        else
        {
            manifest = found.Manifest;
            journal = JournalLog.Continue(disk, found.LastSegment!.Value, found.LastSegmentLength, [.. found.OlderSegments], options.Journal, options.Time);
        }

        log.Target = journal;
        return new NodeStore(options, target.Map, target.TakeCells(), target.TakeSystem(), log, journal, new StoreFiles(disk, journal, manifest), found);
    }

    /// <summary>Shards exist before their journal does: recovery applies, and applying appends nothing.</summary>
    private sealed class DeferredLog : IEffectLog
    {
        public IEffectLog? Target { get; set; }

        public void Append(ShardId shard, Epoch epoch, Lsn lsn, in Effect effect) => Target!.Append(shard, epoch, lsn, effect);
    }
}
