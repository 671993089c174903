using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Routing;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Node;

/// <summary>
/// The newest cluster map that this silo has seen. It is fetched when somebody finds it old, and polled once a second: a call of some
/// microseconds that usually answers "nothing new". Copies of shards that another node serves by now are dropped when the map comes that
/// says so; never under a grain that serves (<see cref="Serve"/>), then when it has ended. Any thread.
/// </summary>
public sealed partial class ClusterMapCache
{
    private readonly KvNode _node;
    private readonly ILocalSiloDetails _local;
    private readonly ILogger<ClusterMapCache> _log;
    private readonly MapFetcher _fetcher;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, object> _serving = [];
    private volatile ClusterMap _current = ClusterMap.None;
    private long _heardMs = Environment.TickCount64;
    private bool _sawForeignMap; // under the lock

    public ClusterMapCache(KvNode node, IGrainFactory grains, ILocalSiloDetails local, ILogger<ClusterMapCache> log)
    {
        _node = node;
        _local = local;
        _log = log;
        _fetcher = new MapFetcher(grains, () => _current, Take);
    }

    /// <summary>Hears of each newer map, in order; under a lock: note it and return. Set before the node joins.</summary>
    public Action<ClusterMap> Newer { get; set; } = static _ => { };

    /// <summary>Version 0 before the node has joined. A newer map is another object, so that one comparison of references tells.</summary>
    public ClusterMap Current => _current;

    /// <summary>
    /// Time since the map's grain answered last, ms. It is asked once a second: longer says that no node can join and no shard move.
    /// </summary>
    public long SilentMs => Environment.TickCount64 - Volatile.Read(ref _heardMs);

    /// <summary>Takes a map that is saved; an older one, or one of another cluster, changes nothing.</summary>
    public void Offer(ClusterMap map)
    {
        lock (_lock)
        {
            if (map.Version <= _current.Version) return;
            if (_current.Cluster != Guid.Empty && map.Cluster != _current.Cluster)
            {
                if (!_sawForeignMap) LogForeignMap(_current.Cluster, map.Cluster);
                _sawForeignMap = true;
                return;
            }

            _current = map;
            Newer(map);
        }

        LogMap(map.Version, map.Nodes.Length, map.Homes.Count(h => h.NodeId == _node.Id));
        for (int shard = 0; shard < map.Homes.Length; shard++) DropForeignCopy(new ShardId((ushort)shard));
    }

    /// <summary>The same; one that came without its slots, which are others, is fetched whole in the background.</summary>
    public void Offer(ClusterMapUpdate update)
    {
        if (update.With(_current.Slots) is { } map) Offer(map);
        else RefreshSoon();
    }

    /// <summary>Asks the grain; those who ask meanwhile share the answer. Throws what the call throws.</summary>
    public async Task<ClusterMap> Refresh()
    {
        await _fetcher.Fetch();
        return _current;
    }

    /// <summary>The same in the background; should it fail, the next look a second later gets it.</summary>
    public void RefreshSoon() => _fetcher.FetchSoon();

    /// <summary>A grain is about to serve the shard from this node's store.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="by">The activation: one that was given up may end after the next has begun.</param>
    public void Serve(ShardId shard, object by)
    {
        lock (_lock) _serving[shard.Value] = by;
    }

    /// <summary>The grain has ended; nothing happens when it never served.</summary>
    public void Leave(ShardId shard, object by)
    {
        lock (_lock)
        {
            if (!_serving.TryGetValue(shard.Value, out object? last) || !ReferenceEquals(last, by)) return;
            _serving.Remove(shard.Value);
        }

        // Not in the grain's turn: calls that wait for its end go on to the shard's new home, and a large copy takes its time to go.
        ThreadPool.UnsafeQueueUserWorkItem(DropForeignCopy, shard, preferLocal: false);
    }

    /// <summary>Shards that live here and stay, but have no grain that serves them: who wakes them keeps their expiry going.</summary>
    public IReadOnlyList<int> Sleeping()
    {
        ClusterMap map = _current;
        lock (_lock) return [.. Enumerable.Range(0, map.Homes.Length)
            .Where(s => map.Homes[s].NodeId == _node.Id && map.Homes[s].NextNodeId is null && !_serving.ContainsKey(s))];
    }

    private void Take(ClusterMap? newer)
    {
        if (newer is not null) Offer(newer);
        Volatile.Write(ref _heardMs, Environment.TickCount64);
    }

    // One that has moved away: its new home has it on its disk, as a newer epoch in the map says. One that was to come and did not goes
    // likewise.
    private void DropForeignCopy(ShardId shard)
    {
        // Before it has joined the store may be anybody's: a wrong folder, or of a cluster whose map was lost.
        ClusterMap map = _current;
        if (shard.Value >= map.Homes.Length || shard.Value >= _node.Store.Cells.Count
            || !_local.SiloAddress.Equals(map.NodeOf(_node.Id)?.Silo)) return;
        ShardHome home = map.HomeOf(shard);
        if (home.NodeId == _node.Id || home.NextNodeId == _node.Id || map.IsReplicated) return;
        lock (_lock)
        {
            if (_serving.ContainsKey(shard.Value)) return;
        }

        if (ShardTransfer.Drop(_node.Store, shard, new Epoch(home.Epoch)) > 0) LogDropped(shard.Value, home.NodeId);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Cluster map {Version}: {Nodes} nodes; this one is home of {Shards} shards")]
    private partial void LogMap(long version, int nodes, int shards);

    [LoggerMessage(Level = LogLevel.Error, Message = "The cluster map was made anew: it is of cluster {Other}, not {Mine}. This node "
        + "goes on with the map it has. Start the first node with its own --data-dir again, or give the nodes their database back")]
    private partial void LogForeignMap(Guid mine, Guid other);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} lives on node {Node} now; the copy here is dropped")]
    private partial void LogDropped(int shard, string node);
}
