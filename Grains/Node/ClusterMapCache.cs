using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Engine;
using OrleansKv.Engine.Store;

namespace OrleansKv.Grains.Node;

/// <summary>
/// The newest cluster map that this silo has seen. It is fetched when somebody finds it old, and polled once a second: a call of some
/// microseconds that usually answers "nothing new". Any thread.
/// </summary>
public sealed partial class ClusterMapCache(KvNode node, IGrainFactory grains, ILocalSiloDetails local, ILogger<ClusterMapCache> log)
{
    private readonly Lock _lock = new();
    private volatile ClusterMap _current = ClusterMap.None;
    private Task<ClusterMap>? _fetching;
    private bool _sawStranger; // under the lock

    /// <summary>Version 0 before the node has joined.</summary>
    public ClusterMap Current => _current;

    /// <summary>Called with each newer map, after it is in force.</summary>
    public event Action<ClusterMap>? Changed;

    /// <summary>Takes a map; an older one, or one of another cluster, changes nothing.</summary>
    public void Offer(ClusterMap map)
    {
        lock (_lock)
        {
            if (map.Version <= _current.Version) return;
            if (_current.Cluster != Guid.Empty && map.Cluster != _current.Cluster)
            {
                if (!_sawStranger) LogStranger(_current.Cluster, map.Cluster);
                _sawStranger = true;
                return;
            }

            _current = map;
        }

        LogMap(map.Version, map.Nodes.Length, map.Homes.Count(h => h.NodeId == node.Id));
        DropStrangers(map);
        Changed?.Invoke(map);
    }

    /// <summary>Asks the grain; those who ask meanwhile share the answer. Throws what the call throws.</summary>
    public Task<ClusterMap> Refresh()
    {
        lock (_lock)
        {
            if (_fetching is { IsCompleted: false }) return _fetching;
            return _fetching = Fetch();
        }
    }

    private async Task<ClusterMap> Fetch()
    {
        await Task.Yield(); // not under the lock
        if (await grains.GetGrain<ISlotMapGrain>(0).Get(_current.Version) is { } newer) Offer(newer);
        return _current;
    }

    // Shards that have moved away: their new home has them on its disk, as a newer epoch in the map says.
    private void DropStrangers(ClusterMap map)
    {
        // Before it has joined the store may be anybody's: a wrong folder, or of a cluster whose map was lost.
        if (!local.SiloAddress.Equals(map.NodeOf(node.Id)?.Silo)) return;
        for (int shard = 0; shard < map.Homes.Length && shard < node.Store.Cells.Count; shard++)
        {
            ShardHome home = map.Homes[shard];
            if (home.NodeId == node.Id || home.NextNodeId == node.Id || node.Store.Cells[shard].Shard.Epoch.Value >= home.Epoch) continue;
            if (node.Store.Cells[shard].Shard.Table.Count > 0) LogDropped(shard, home.NodeId);
            ShardTransfer.Drop(node.Store, new ShardId((ushort)shard));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cluster map {Version}: {Nodes} nodes; this one is home of {Shards} shards")]
    private partial void LogMap(long version, int nodes, int shards);

    [LoggerMessage(Level = LogLevel.Error, Message = "The cluster map was made anew: it is of cluster {Other}, not {Mine}. This node goes on with the map it has. Start the first node with its own --data-dir again, or give the nodes their database back")]
    private partial void LogStranger(Guid mine, Guid other);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} lives on node {Node} now; the copy here is dropped")]
    private partial void LogDropped(int shard, string node);
}
