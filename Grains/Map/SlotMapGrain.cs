using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using OrleansKv.Engine;
using OrleansKv.Engine.Slots;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;

namespace OrleansKv.Grains.Map;

/// <summary>
/// Keeps the cluster map and moves shards to the homes that the ring of nodes gives them, one at a time. Invariant: a shard's home changes
/// only when its data is on the new home's disk. A map is saved before anybody sees it.
/// </summary>
[Reentrant, SlotMapPlacement, GrainType("orleanskv.slotmap")]
internal sealed partial class SlotMapGrain(
    [PersistentState("map", KvClusterOptions.StorageName)] IPersistentState<SlotMapState> state, NodeDirectory nodes, ILogger<SlotMapGrain> log) : Grain, ISlotMapGrain
{
    /// <summary>Time between looks at the moves that are under way, ms.</summary>
    private const int MoveTickMs = 200;

    private readonly SemaphoreSlim _saving = new(1, 1);
    private IGrainTimer? _mover;

    private ClusterMap Map => state.State.Map;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StartMoving();
        return Task.CompletedTask;
    }

    public ValueTask<ClusterMap?> Get(long knownVersion) => new(Map.Version > knownVersion ? Map : null);

    public ValueTask<bool> IsMoving() => new(Array.Exists(Map.Homes, h => h.NextNodeId is not null));

    public async ValueTask<JoinResult> Join(NodeInfo node, byte[] slots, long strangeKeys)
    {
        string? refusal = null;
        await Change(map =>
        {
            if (map.IsEmpty)
            {
                var first = new ShardHome(node.Id, 1, null);
                return new ClusterMap(1, slots, [node], [.. Enumerable.Repeat(first, SlotMap.FromBytes(slots).ShardCount)]);
            }

            // Even of a node that is known: the first map that it sees would make it drop them.
            if (strangeKeys > 0 && Array.Exists(map.Homes, h => h.NodeId != node.Id))
            {
                refusal = $"its data folder has {strangeKeys} keys that are not this cluster's. Start node {node.Id} with an empty --data-dir; or is the --node-id mistyped? The cluster has {string.Join(", ", map.Nodes.Select(n => n.Id))}";
                return null;
            }

            if (map.NodeOf(node.Id) is { } known) return known == node ? null : map with { Nodes = [.. map.Nodes.Select(n => n.Id == node.Id ? node : n)] };
            NodeInfo[] all = [.. map.Nodes, node];
            var ring = new HashRing(all.Length);
            ShardHome Next(ShardHome home, int shard) => home with { NextNodeId = all[ring.OwnerOf(new SlotId((ushort)shard))].Id is var id && id != home.NodeId ? id : null };
            return map with { Nodes = all, Homes = [.. map.Homes.Select(Next)] };
        });
        if (refusal is null) LogJoined(node.Id, node.Host, node.Port);
        StartMoving();
        return new JoinResult(Map, refusal);
    }

    public async ValueTask<ClusterMap> Arrived(int shard, string nodeId, uint epoch)
    {
        await Change(map =>
        {
            ShardHome home = map.Homes[shard];
            if (home.NextNodeId != nodeId || home.Epoch + 1 != epoch) return null;
            LogMoved(shard, home.NodeId, nodeId);
            return map with { Homes = [.. map.Homes.Select((h, i) => i == shard ? new ShardHome(nodeId, epoch, null) : h)] };
        });
        return Map;
    }

    // Saves what the change makes of the map (null: nothing) before it is in force; one change at a time.
    private async Task Change(Func<ClusterMap, ClusterMap?> change)
    {
        await _saving.WaitAsync();
        try
        {
            ClusterMap before = Map;
            if (change(before) is not { } after) return;
            state.State = new SlotMapState { Map = after with { Version = before.Version + 1 } };
            try
            {
                await state.WriteStateAsync();
            }
            catch
            {
                state.State = new SlotMapState { Map = before };
                throw;
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    private void StartMoving()
    {
        if (_mover is not null || !Array.Exists(Map.Homes, h => h.NextNodeId is not null)) return;
        TimeSpan tick = TimeSpan.FromMilliseconds(MoveTickMs);
        _mover = this.RegisterGrainTimer(static (self, _) => self.MoveOn(), this, new GrainTimerCreationOptions(tick, tick) { Interleave = true, KeepAlive = true });
    }

    // Shards whose both ends are alive, one after the other; others wait for a later tick.
    private async Task MoveOn()
    {
        for (int shard = 0; shard < Map.Homes.Length; shard++)
        {
            ShardHome home = Map.Homes[shard];
            if (home.NextNodeId is not { } next || !nodes.IsAlive(home.NodeId) || !nodes.IsAlive(next)) continue;
            try
            {
                await GrainFactory.GetGrain<IShardGrain>(shard).MoveTo(next);
                await GrainFactory.GetGrain<IShardGrain>(shard).Wake(); // waits for the activation at the other end
            }
            catch (Exception failure)
            {
                LogMoveFailed(shard, next, failure.Message);
            }
        }

        if (Array.Exists(Map.Homes, h => h.NextNodeId is not null)) return;
        _mover?.Dispose();
        _mover = null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} has joined; clients reach it at {Host}:{Port}")]
    private partial void LogJoined(string node, string host, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} has moved from node {From} to node {To}")]
    private partial void LogMoved(int shard, string from, string to);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} could not be moved to node {Node} yet: {Problem}")]
    private partial void LogMoveFailed(int shard, string node, string problem);
}
