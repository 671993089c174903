using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// How an activation comes by the right to serve its shard: by a claim, or by an arrival (ADR 0008). Either way the stored map gives it,
/// for one epoch; a cache never does. In the grain's turns; imports on a pool thread.
/// </summary>
internal sealed partial class ShardTenure(
    ShardId id, KvNode node, NodeDirectory nodes, ClusterMapCache maps, IGrainFactory grains, ILogger log)
{
    /// <summary>
    /// Time to wait for the map's grain before calls are told that the shard is down, s: less than the 5 s in which they must be, and far
    /// below the time after which they would believe that their commands may have run.
    /// </summary>
    private const int ClaimSeconds = 3;

    /// <summary>
    /// Time in which the map must have taken note of an arrival, s. The state is here then: giving up means sending it again.
    /// </summary>
    private const int ArrivalSeconds = 60;

    /// <summary>
    /// The map as it is stored, in which this silo is its node. The shard's home may be another. Throws <see
    /// cref="ShardUnavailableException"/>.
    /// </summary>
    public async Task<ClusterMap> Claim(CancellationToken stopping)
    {
        ClusterMap known = maps.Current;
        ClusterMapUpdate update;
        try
        {
            update = await grains.GetGrain<ISlotMapGrain>(0).Claim(id.Value, node.Id, known.Slots.Id).AsTask()
                .WaitAsync(TimeSpan.FromSeconds(ClaimSeconds), stopping);
        }
        catch (TimeoutException)
        {
            throw new ShardUnavailableException($"the cluster map has not answered in {ClaimSeconds} s");
        }

        ClusterMap map = update.With(known.Slots)!;
        nodes.RequireGenuine(map);
        return id.Value < map.Homes.Length ? map : throw new ShardUnavailableException($"there is no shard {id}");
    }

    /// <summary>
    /// The shard has come from its home's epoch, whole, and is on this node's disk. It counts from when the map says so; before that the
    /// old home still has it, and so it does when this throws.
    /// </summary>
    public async Task<ClusterMap> Arrive(uint left, CancellationToken stopping)
    {
        ClusterMap map = await Report(left + 1, stopping);
        if (map.HomeOf(id).NodeId != node.Id || map.HomeOf(id).Epoch != left + 1)
            throw new ShardUnavailableException($"node {map.HomeOf(id).NodeId} has shard {id} in epoch {map.HomeOf(id).Epoch} meanwhile");
        return map;
    }

    // Repeated while its outcome is not known: only the map can say that it did not count.
    private async Task<ClusterMap> Report(uint epoch, CancellationToken stopping)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan wait = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                ClusterMap known = maps.Current;
                return (await grains.GetGrain<ISlotMapGrain>(0).Arrived(id.Value, node.Id, epoch, known.Slots.Id)).With(known.Slots)!;
            }
            catch (Exception failure) when (
                !stopping.IsCancellationRequested && Stopwatch.GetElapsedTime(started).TotalSeconds < ArrivalSeconds)
            {
                LogNotNoted(log, id.Value, failure.Message);
                await Task.Delay(wait, stopping);
                wait = TimeSpan.FromMilliseconds(Math.Min(wait.TotalMilliseconds * 2, 2_000));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} came, and the cluster map has not yet noted it: {Problem}")]
    private static partial void LogNotNoted(ILogger log, int shard, string problem);
}
