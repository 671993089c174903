using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// Whole states that come for this node's replicas. What a replica has stays until all entries are here; while they take its place it is
/// paused, and then goes on from where the state stands. Any thread.
/// </summary>
internal sealed partial class ReplicaArrivals(
    KvNode node, ReplicaNode replicas, ClusterMapCache maps, NodeDirectory nodes, ILogger<ReplicaArrivals> log)
{
    /// <summary>Silence after which a sender has given up, s: longer than a call of it may take.</summary>
    private const int SilentSeconds = 30;

    /// <summary>Time between looks whether a sender is still there, ms.</summary>
    private const int LookMs = 500;

    private readonly ArrivingShards _arrivals = new(node.Id);

    public async ValueTask Begin(ShardHead head)
    {
        var id = new ShardId((ushort)head.Shard);
        await Check(id, head, isBegun: false);
        var arrival = new ArrivingShard(head, await Task.Run(
            () => ShardImport.BeginReplica(node.Store, id, head.At.ToLogPosition(), ShardSender.TenuresOf(head))));
        _arrivals.Begin(arrival);
        _ = Watch(arrival);
    }

    public async ValueTask Take(ShardPart part)
    {
        await _arrivals.Find(part.Shard, part.Epoch).Take(part);
        await replicas.Do(new ShardId((ushort)part.Shard), static (replica, now) => replica.StateProgress(now));
    }

    public async ValueTask<ShardProgress> Complete(int shard, uint epoch, long entries)
    {
        ArrivingShard arrival = _arrivals.Find(shard, epoch);
        try
        {
            bool isDone = await arrival.Complete(entries, () => Check(new ShardId((ushort)shard), arrival.Head, isBegun: true));
            return new ShardProgress(isDone, null, null);
        }
        catch (Exception failure)
        {
            return await GiveUp(shard, arrival, failure);
        }
    }

    public async ValueTask<ShardProgress> Finish(int shard, uint epoch, ShardPosition last)
    {
        ArrivingShard arrival = _arrivals.Find(shard, epoch);
        arrival.Heard();
        try
        {
            await Task.Run(() => arrival.Import.Finish(last.ToLogPosition()));
            _arrivals.TryRemove(arrival);
            await replicas.Do(new ShardId((ushort)shard), static (replica, now) => replica.Resume(now));
            LogTaken(shard, last.Epoch, last.Lsn);
            return new ShardProgress(true, null, null);
        }
        catch (Exception failure)
        {
            return await GiveUp(shard, arrival, failure);
        }
    }

    // Whether the state is one that the replica may take; pauses it when its copy is about to be replaced. A store in memory has room for
    // one alone: what it has is lost from here on.
    private async Task Check(ShardId id, ShardHead head, bool isBegun)
    {
        bool pauses = isBegun || node.Store.Journal is null;
        int from = Array.FindIndex(maps.Current.Nodes, n => n.Id == head.From);
        bool isWanted = await replicas.Ask(id, (replica, _) =>
        {
            if (!replica.MayTake(new Engine.Replication.ReplicaId(from), new Epoch(head.Epoch), head.At.ToLogPosition())) return false;
            if (pauses) replica.Pause();
            if (pauses && node.Store.Journal is null) node.Promises.TailMayBeLost(id);
            return true;
        });
        if (!isWanted) throw new ShardUnavailableException($"shard {id} is not to come from node {head.From} in epoch {head.Epoch}");
    }

    private async Task<ShardProgress> GiveUp(int shard, ArrivingShard arrival, Exception failure)
    {
        LogNotTaken(shard, failure.Message);
        if (!_arrivals.Has(arrival)) return new ShardProgress(false, null, failure.Message);
        if (arrival.Completing is { } completing) await completing.ContinueWith(static _ => { }, TaskScheduler.Default);
        if (!_arrivals.TryRemove(arrival)) return new ShardProgress(false, null, failure.Message);

        // What has come whole stays, for it goes as far as what was here. With a journal a part of it may be in memory otherwise, and the
        // whole on the disk: a restart finds that.
        bool isUsable = node.Store.Journal is null || arrival.Completing is null or { IsCompletedSuccessfully: true };
        arrival.Import.Dispose();
        await replicas.Do(new ShardId((ushort)shard), (replica, now) =>
        {
            if (replica.IsPaused && isUsable) replica.Resume(now);
            replica.IsBroken = replica.IsPaused;
        });
        return new ShardProgress(false, null, failure.Message);
    }

    // A sender that has died, or whose epoch is over, ends nothing by itself, and the replica may be paused for it.
    private async Task Watch(ArrivingShard arrival)
    {
        ShardHead head = arrival.Head;
        while (_arrivals.Has(arrival))
        {
            await Task.Delay(LookMs);
            string? why = arrival.SilentMs > SilentSeconds * 1000 ? "its sender is silent"
                : !nodes.IsAlive(head.From!) ? "its sender is down"
                : maps.Current.Homes[head.Shard].Epoch != head.Epoch ? "its epoch is over" : null;
            if (why is null) continue;
            try
            {
                await GiveUp(head.Shard, arrival, new ShardUnavailableException(why));
            }
            catch (OperationCanceledException)
            {
                return; // the node stops
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} has the whole state of another replica, up to {Epoch}:{Lsn}")]
    private partial void LogTaken(int shard, uint epoch, long lsn);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The state of shard {Shard} came, but is not taken: {Problem}")]
    private partial void LogNotTaken(int shard, string problem);
}
