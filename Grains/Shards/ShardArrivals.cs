using Microsoft.Extensions.Logging;
using OrleansKv.Engine;
using OrleansKv.Grains.Node;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Shards that are on their way to this node: the parts of their states that have come, and the arrivals that are under way. When the map has
/// noted an arrival, the next call to the shard makes its activation here. Any thread.
/// </summary>
internal sealed partial class ShardArrivals(KvNode node, ClusterMapCache maps, NodeDirectory nodes, ILogger<ShardArrivals> log)
{
    /// <summary>Longest wait of a call for an arrival, ms: far below the time after which Orleans gives calls up.</summary>
    private const int WaitMs = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Arrival> _arrivals = [];

    /// <summary>Takes the next part; the last one begins the arrival.</summary>
    public void Take(ShardPart part, IGrainFactory grains)
    {
        lock (_lock)
        {
            if (part.At == 0) _arrivals[part.Shard] = new Arrival(part.Epoch, part.TotalBytes);
            Arrival arrival = _arrivals.GetValueOrDefault(part.Shard) is { } known && known.Epoch == part.Epoch && known.Filled == part.At
                ? known
                : throw new InvalidOperationException($"a part of shard {part.Shard} at byte {part.At} does not follow what this node has of it");
            part.Bytes.CopyTo(arrival.Bytes, arrival.Filled);
            arrival.Filled += part.Bytes.Length;
            if (arrival.Filled < arrival.Bytes.Length) return;
            arrival.Arriving = Arrive(new ShardId((ushort)part.Shard), arrival, grains);
        }
    }

    /// <summary>Waits for a shard that left its home in this epoch.</summary>
    public async ValueTask<ShardProgress> WhenArrived(int shard, uint epoch)
    {
        Task<ClusterMap>? arriving;
        lock (_lock) arriving = _arrivals.GetValueOrDefault(shard) is { } arrival && arrival.Epoch == epoch ? arrival.Arriving : null;
        if (arriving is null) return new ShardProgress(null, $"node {node.Id} was started again, or was sent another state of the shard");
        try
        {
            return new ShardProgress(await arriving.WaitAsync(TimeSpan.FromMilliseconds(WaitMs)), null);
        }
        catch (TimeoutException) when (!arriving.IsCompleted)
        {
            return new ShardProgress(null, null);
        }
        catch (Exception failure)
        {
            return new ShardProgress(null, failure.Message);
        }
    }

    private async Task<ClusterMap> Arrive(ShardId shard, Arrival arrival, IGrainFactory grains)
    {
        await Task.Yield(); // not under the lock
        try
        {
            ClusterMap map = await new ShardTenure(shard, node, maps, nodes, grains, log).Arrive(arrival.Bytes, CancellationToken.None);
            maps.Offer(map);
            return map;
        }
        catch (Exception failure)
        {
            LogNotTaken(shard.Value, failure.Message);
            throw;
        }
        finally
        {
            arrival.Bytes = [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} came, but is not taken; its old home has it: {Problem}")]
    private partial void LogNotTaken(int shard, string problem);

    private sealed class Arrival(uint epoch, long totalBytes)
    {
        public uint Epoch { get; } = epoch;

        public byte[] Bytes { get; set; } = new byte[totalBytes];

        public int Filled { get; set; }

        public Task<ClusterMap>? Arriving { get; set; }
    }
}
