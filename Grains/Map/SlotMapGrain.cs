using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;

namespace OrleansKv.Grains.Map;

/// <summary>
/// Keeps the cluster map and moves shards to the homes that the ring of nodes gives them, one at a time (ADR 0008). Invariants: a shard's
/// home changes only when its data is on the new home's disk; a map is saved before anybody sees it, and its version is never used for
/// another one. The storage's ETag decides between two activations and between a write that was given up and a later one. Calls interleave;
/// changes and looks at the storage do not.
/// </summary>
[Reentrant, SlotMapPlacement, GrainType("orleanskv.slotmap")]
internal sealed partial class SlotMapGrain(
    [PersistentState("map", KvClusterOptions.StorageName)] IPersistentState<SlotMapState> state,
    [PersistentState("slots", KvClusterOptions.StorageName)] IPersistentState<SlotsState> slots, NodeDirectory nodes, TimeProvider time,
    ILogger<SlotMapGrain> log) : Grain, ISlotMapGrain
{
    /// <summary>Time between looks at the moves that are under way, ms.</summary>
    private const int MoveTickMs = 200;

    /// <summary>
    /// Tries of a change whose base was another than it thought; who loses that often against other activations asks later.
    /// </summary>
    private const int MaxTries = 3;

    /// <summary>Time for which a node that is about to stop leads nothing, should it not stop.</summary>
    private static readonly TimeSpan StandDownTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest wait for a leader that is to be replaced to finish what it has taken: many times what a flush and two replicas take.
    /// </summary>
    private static readonly TimeSpan HandoverTime = TimeSpan.FromSeconds(1);

    /// <summary>The map's storage among the shards that wait after a failure.</summary>
    private const int StorageKey = -1;

    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly StoredMap _stored = new(state, slots);
    private readonly MoveBackoff _backoff = new(time);
    private readonly Dictionary<int, ReplicaReport> _reports = []; // by shard; what its leader said last
    private readonly Dictionary<string, long> _standingDown = []; // time stamps by node that is about to stop
    private ClusterMap _map = ClusterMap.None;
    private long _highestTried;
    private bool _isUnknown;
    private Task? _nextLook;
    private IGrainTimer? _mover;
    private IGrainTimer? _planner; // of a cluster with replicas
    private bool _isHandingOver;

    /// <summary>The map that is in force: saved, and not the state's, which a write is about to save.</summary>
    private ClusterMap Map => _map;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _map = await _stored.Last(ClusterSlots.None);
        StartMoving();
        StartPlanning();
    }

    public ValueTask<ClusterMapUpdate?> Get(long knownVersion, ulong knownSlots) =>
        new(Map.Version > knownVersion ? ClusterMapUpdate.For(Map, knownSlots) : null);

    public ValueTask<bool> IsMoving() =>
        new(Map.IsReplicated ? HasReplicasToSettle() : Array.Exists(Map.Homes, h => h.NextNodeId is not null));

    public async ValueTask<JoinResult> Join(JoinRequest request)
    {
        JoinDecision decision = default;
        _standingDown.Remove(request.Node.Id);
        await Change(map => (decision = JoinRules.Decide(map, request, nodes.Runs)).Map);
        if (decision.Outcome == JoinOutcome.Joined) LogJoined(request.Node.Id, request.Node.Host, request.Node.Port);
        StartMoving();
        StartPlanning();
        return new JoinResult(decision.Outcome, ClusterMapUpdate.For(Map, knownSlots: 0), decision.Problem);
    }

    public async ValueTask<ClusterMapUpdate> Claim(int shard, string nodeId, ulong knownSlots)
    {
        await Look();
        await Change(map => MapRules.Claim(map, shard, nodeId));
        return ClusterMapUpdate.For(Map, knownSlots);
    }

    public async ValueTask<ClusterMapUpdate> Arrived(int shard, string nodeId, uint epoch, ulong knownSlots)
    {
        string? from = null;
        await Change(map =>
        {
            ClusterMap? after = MapRules.Arrive(map, shard, nodeId, epoch);
            if (after is not null) from = map.Homes[shard].NodeId;
            return after;
        });
        if (from is not null && Map.Homes[shard].NodeId == nodeId) LogMoved(shard, from, nodeId);
        return ClusterMapUpdate.For(Map, knownSlots);
    }

    public async ValueTask Report(ReplicaReport[] reports)
    {
        foreach (ReplicaReport report in reports)
        {
            if (_reports.TryGetValue(report.Shard, out ReplicaReport? newer) && newer.Epoch > report.Epoch) continue;
            _reports[report.Shard] = report;
        }

        await Plan();
    }

    public async ValueTask<int> StandDown(string nodeId)
    {
        if (!Map.IsReplicated) return 0;
        _standingDown[nodeId] = time.GetTimestamp();
        await Plan();
        return ReplicaRules.CountToHandOver(Map, nodeId, nodes.IsAlive, StandingDown());
    }

    public async ValueTask Prefer(string nodeId, bool isPreferred)
    {
        await Change(map => ReplicaRules.Prefer(map, nodeId, isPreferred));
        await Plan();
    }

    private HashSet<string> StandingDown() =>
        [.. _standingDown.Where(s => time.GetElapsedTime(s.Value) < StandDownTime).Select(s => s.Key)];

    private ClusterMap? Planned(ClusterMap map) =>
        ReplicaRules.Plan(map, nodes.IsAlive, ReportOf, StandingDown());

    private ReplicaReport? ReportOf(int shard) => _reports.GetValueOrDefault(shard);

    // Whether a step of some shard is due, or under way, or may be when its leader has heard from all members that are alive.
    private bool HasReplicasToSettle() => Planned(Map) is not null || Map.Homes.Where((home, shard) =>
        home.Learners.Length > 0 || home.Former.Length > 0
        || _reports.GetValueOrDefault(shard) is not { HasServed: true, NeedsEpoch: false } said || said.Epoch != home.Epoch
        || home.Members.Any(m => m != home.NodeId && nodes.IsAlive(m) && !said.Level.Contains(m))).Any();

    // Whatever the replicas need now. What waits for nobody, the election of leaders for a node's shards that is dead, in one change of the
    // map; then what leaders that are well hand over.
    private async Task Plan()
    {
        if (!Map.IsReplicated) return;
        await ChangeAndTell([]);
        if (_isHandingOver) return;
        _isHandingOver = true;
        try
        {
            HashSet<(int Shard, uint Epoch)> ready = await PrepareHandover(Planned(Map));
            foreach ((int shard, _) in ready) _backoff.Failed(shard); // unless it is saved
            if (ready.Count > 0) await ChangeAndTell(ready);
            foreach ((int shard, _) in ready) _backoff.Succeeded(shard);
        }
        finally
        {
            _isHandingOver = false;
        }
    }

    // The nodes hear of it at once.
    private async Task ChangeAndTell(HashSet<(int Shard, uint Epoch)> ready)
    {
        long before = Map.Version;
        await Change(map => Planned(map) is { } planned ? ReplicaRules.WithHandovers(map, planned, ready, nodes.IsAlive, ReportOf) : null);
        if (Map.Version == before) return;
        ClusterMapUpdate update = ClusterMapUpdate.WithoutSlots(Map);
        foreach (NodeInfo node in Map.Nodes.Where(n => nodes.IsAlive(n.Id)))
            GrainFactory.GetGrain<INodeGrain>(node.Id).OfferMap(update).AsTask().Ignore(); // it looks by itself once a second
    }

    // Leaders that are well and are to be others first finish what they have taken, so that nobody's outcome is left unknown. Returns
    // those that have.
    private async Task<HashSet<(int Shard, uint Epoch)>> PrepareHandover(ClusterMap? planned)
    {
        if (planned is null) return [];
        ShardHome[] homes = Map.Homes;
        int[] leaving = [.. ReplicaRules.Handovers(Map, planned, nodes.IsAlive, ReportOf).Where(_backoff.MayTry)];
        bool[] ready = await Task.WhenAll(leaving.Select(s => PrepareHandover(s, homes[s])));
        return [.. leaving.Zip(ready).Where(l => l.Second).Select(l => (l.First, homes[l.First].Epoch))];
    }

    private async Task<bool> PrepareHandover(int shard, ShardHome home)
    {
        try
        {
            INodeGrain leader = GrainFactory.GetGrain<INodeGrain>(home.NodeId);
            if (await leader.PrepareHandover(shard, home.Epoch).AsTask().WaitAsync(HandoverTime, time)) return true;
        }
        catch (Exception failure)
        {
            LogNotPrepared(shard, failure.Message);
        }

        _backoff.Failed(shard); // its clients are deferred each time
        return false;
    }

    private void StartPlanning()
    {
        if (_planner is not null || !Map.IsReplicated) return;
        TimeSpan tick = TimeSpan.FromMilliseconds(MoveTickMs);
        _planner = this.RegisterGrainTimer(static (self, _) => self.PlanAgain(), this,
            new GrainTimerCreationOptions(tick, tick) { Interleave = true, KeepAlive = true });
    }

    private async Task PlanAgain()
    {
        try
        {
            await Plan();
        }
        catch (Exception failure)
        {
            LogNotPlanned(failure.Message);
        }
    }

    // Saves what the change makes of the map (null: nothing) before it is in force; one change at a time. It may be asked more than once,
    // each time with the newest map.
    private async Task Change(Func<ClusterMap, ClusterMap?> change)
    {
        await _saving.WaitAsync();
        try
        {
            if (_isUnknown) await Read();
            for (int tries = 1; change(_map) is { } after; tries++)
            {
                long before = _map.Version;
                _highestTried = Math.Max(_highestTried, before) + 1;
                after = after with { Version = _highestTried };
                try
                {
                    _isUnknown = true;
                    await _stored.Write(after, _map);
                    _map = after;
                    _isUnknown = false;
                    return;
                }
                catch (Exception failure)
                {
                    // It may have been written all the same, or another activation may have written first.
                    LogNotSaved(after.Version, failure.Message);
                    await Read();
                    if (_map.Version == before || tries == MaxTries) throw;
                }
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    // What is stored as of a time after the call. Calls that come before the look begins share it.
    private Task Look() => _nextLook ??= LookOnce();

    private async Task LookOnce()
    {
        await Task.Yield(); // until it is known as the next one
        await _saving.WaitAsync();
        try
        {
            _nextLook = null;
            await Read();
        }
        finally
        {
            _saving.Release();
        }
    }

    // The caller has _saving. With an older map in the storage (a backup that was put back) the one that was in force stays, and the next
    // change saves it.
    private async Task Read()
    {
        ClusterMap? stored = await _stored.Read(_map.Slots);
        _isUnknown = false;
        if (stored is null || stored.Version <= _map.Version) return;
        _map = stored;
        StartMoving();
    }

    private void StartMoving()
    {
        if (_mover is not null || !Array.Exists(Map.Homes, h => h.NextNodeId is not null)) return;
        TimeSpan tick = TimeSpan.FromMilliseconds(MoveTickMs);
        _mover = this.RegisterGrainTimer(
            static (self, _) => self.MoveOn(), this, new GrainTimerCreationOptions(tick, tick) { Interleave = true, KeepAlive = true });
    }

    // Shards whose both ends are alive, one after the other; others wait for a later tick, and one that failed for longer each time: each
    // try takes it from its clients for a while.
    private async Task MoveOn()
    {
        if (!_backoff.MayTry(StorageKey)) return;
        for (int shard = 0; shard < Map.Homes.Length; shard++)
        {
            ShardHome home = Map.Homes[shard];
            if (home.NextNodeId is not { } next || !nodes.IsAlive(home.NodeId) || !nodes.IsAlive(next) || !_backoff.MayTry(shard)) continue;
            IShardGrain grain = GrainFactory.GetGrain<IShardGrain>(shard);
            try
            {
                await Look(); // a shard that leaves when the map cannot be saved is nowhere until it can
                _backoff.Succeeded(StorageKey);
            }
            catch (Exception failure)
            {
                if (_backoff.Failed(StorageKey) == MoveBackoff.First) LogNoMoves(failure.Message);
                return;
            }

            if (Map.Homes[shard].NextNodeId != next) continue;
            try
            {
                if (!await grain.MoveTo(next)) return; // a large one takes its time: the next tick asks for it again, and begins no other
            }
            catch (TimeoutException)
            {
                return; // as above
            }
            catch (Exception failure)
            {
                TimeSpan wait = _backoff.Failed(shard);
                LogMoveFailed(shard, next, failure.Message, (long)wait.TotalSeconds);
                continue;
            }

            if (Map.Homes[shard].NextNodeId is null) _backoff.Succeeded(shard);
            else _backoff.Failed(shard); // it came up at its old home again
        }

        if (Array.Exists(Map.Homes, h => h.NextNodeId is not null)) return;
        _mover?.Dispose();
        _mover = null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Node {Node} was taken into the map; clients reach it at {Host}:{Port}")]
    private partial void LogJoined(string node, string host, int port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} has moved from node {From} to node {To}")]
    private partial void LogMoved(int shard, string from, string to);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Shard {Shard} could not be moved to node {Node} yet: {Problem}. The next try is in {WaitSeconds} s")]
    private partial void LogMoveFailed(int shard, string node, string problem, long waitSeconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No shard moves while the cluster map cannot be read: {Problem}")]
    private partial void LogNoMoves(string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The leader of shard {Shard} has not finished yet, and stays: {Problem}")]
    private partial void LogNotPrepared(int shard, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The replicas wait while the cluster map cannot be saved: {Problem}")]
    private partial void LogNotPlanned(string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Whether cluster map {Version} was saved is not known; looking: {Problem}")]
    private partial void LogNotSaved(long version, string problem);
}
