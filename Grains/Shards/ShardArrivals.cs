using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Shards that are on their way to this node. Each comes piece by piece while its home serves it, and lives here from when the map says so
/// (ADR 0008): then the next call to the shard makes its activation here. Work on the store is done on pool threads. Any thread.
/// </summary>
internal sealed partial class ShardArrivals(KvNode node, ClusterMapCache maps, NodeDirectory nodes, ILogger<ShardArrivals> log)
{
    private readonly ArrivingShards _arrivals = new(node.Id);

    public async ValueTask Begin(ShardHead head)
    {
        var id = new ShardId((ushort)head.Shard);
        await Check(id, head.Epoch);
        _arrivals.Begin(new ArrivingShard(head, await Task.Run(() => ShardImport.Begin(
            node.Store, id, new Epoch(head.Epoch + 1), head.At.ToLogPosition(), ShardSender.TenuresOf(head)))));
    }

    public async ValueTask Take(ShardPart part) => await _arrivals.Find(part.Shard, part.Epoch).Take(part);

    public async ValueTask<ShardProgress> Complete(int shard, uint epoch, long entries)
    {
        ArrivingShard arrival = _arrivals.Find(shard, epoch);
        try
        {
            return new ShardProgress(await arrival.Complete(entries, static () => Task.CompletedTask), null, null);
        }
        catch (Exception failure)
        {
            return GiveUp(shard, arrival, failure);
        }
    }

    public async ValueTask<ShardProgress> Finish(int shard, uint epoch, ShardPosition last, IGrainFactory grains)
    {
        ArrivingShard arrival = _arrivals.Find(shard, epoch);
        var id = new ShardId((ushort)shard);
        try
        {
            await Task.Run(() => arrival.Import.Finish(last.ToLogPosition()));
            ClusterMap map = await new ShardTenure(id, node, nodes, maps, grains, log).Arrive(epoch, CancellationToken.None);
            maps.Offer(map);
            _arrivals.TryRemove(arrival);
            _ = Wake(shard, grains); // before a client asks, and before the map's database may be away
            return new ShardProgress(true, ClusterMapUpdate.WithoutSlots(map), null);
        }
        catch (Exception failure)
        {
            return GiveUp(shard, arrival, failure);
        }
    }

    private async Task Wake(int shard, IGrainFactory grains)
    {
        try
        {
            await grains.GetGrain<IShardGrain>(shard).Wake();
        }
        catch (Exception failure)
        {
            LogNotAwake(shard, failure.Message); // the first command, or the next look at what sleeps, tries again
        }
    }

    // Whether the shard may come here from its home's epoch: the map says so now.
    private async Task Check(ShardId id, uint left)
    {
        ClusterMap map = await maps.Refresh();
        nodes.RequireGenuine(map);
        if (map.HomeOf(id).NextNodeId != node.Id || map.HomeOf(id).Epoch != left)
            throw new ShardUnavailableException($"shard {id} leaves in epoch {left}, which is over");
    }

    private ShardProgress GiveUp(int shard, ArrivingShard arrival, Exception failure)
    {
        LogNotTaken(shard, failure.Message);
        _arrivals.TryRemove(arrival);
        arrival.Import.Dispose();
        return new ShardProgress(false, null, failure.Message);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} came, and is not served yet: {Problem}")]
    private partial void LogNotAwake(int shard, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} came, but is not taken; its old home has it: {Problem}")]
    private partial void LogNotTaken(int shard, string problem);
}
