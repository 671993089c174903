using System.Diagnostics;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Sends a shard to its next home while it is served: its entries, the records since until few are left, then a stop and the last of them
/// (ADR 0019). What the old home does about a failure behind the stop is not decided here: only the stored map knows whether the shard
/// has left (ADR 0008). In the grain's turns; work on the store on pool threads.
/// </summary>
internal sealed class ShardDeparture(int shard, uint epoch, string to, INodeGrain next, NodeStore store, NodeDirectory nodes)
{
    /// <summary>The shard is served nowhere.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>Time from the stop until the shard was served by the next home, ms.</summary>
    public double PausedMs { get; private set; }

    /// <summary>
    /// Returns the map that has the shard at its next home. Throws when it was not taken: while <see cref="HasStopped"/> is false the shard
    /// is still served here.
    /// </summary>
    /// <param name="stop">Has the shard's grain run nothing any more.</param>
    /// <param name="stopping">Ends it before the stop.</param>
    public async Task<ClusterMapUpdate> Run(Action stop, CancellationToken stopping)
    {
        using ShardExport export = await Task.Run(() => ShardExport.Begin(store, new ShardId((ushort)shard)), stopping);
        var sender = new ShardSender(export, ShardSender.HeadOf(shard, epoch, export), to, next, nodes);
        await sender.SendState(stopping);
        long stopped = Stopwatch.GetTimestamp();
        HasStopped = true;
        stop();
        LogPosition last = export.Stop();
        await sender.SendRecords(CancellationToken.None);
        ShardProgress progress = await next.FinishShard(shard, epoch, ShardPosition.Of(last));
        PausedMs = Stopwatch.GetElapsedTime(stopped).TotalMilliseconds;
        return progress.Map ?? throw sender.NotTaken(progress.Problem);
    }
}
