using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
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

    public async ValueTask<JoinResult> Join(JoinRequest request)
    {
        JoinDecision decision = default;
        await Change(map => (decision = JoinRules.Decide(map, request, nodes.Runs)).Map);
        if (decision.Outcome == JoinOutcome.Joined) LogJoined(request.Node.Id, request.Node.Host, request.Node.Port);
        StartMoving();
        return new JoinResult(decision.Outcome, Map, decision.Problem);
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
