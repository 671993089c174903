using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Hosting;
using OrleansKv.Silo.Registers;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// This node's part in the cluster: it joins when its silo runs, wakes its shards, and once a second asks for a newer map. Any
/// thread.
/// </summary>
internal sealed partial class ClusterMember(
    IGrainFactory grains, KvNode node, ClusterJoin join, ClusterMapCache maps, NodeDirectory nodes, IClusterMembershipService membership,
    NodeInfo self, SiloClusterView view, ClusterNews news, ILogger<ClusterMember> log, RegisterStore? registers = null) : IDisposable
{
    private const int PollMs = 1_000;
    private const int AskAgainMs = 200;

    /// <summary>Longest time that a node which stops waits for others to lead its shards, ms: a third of a second is usual.</summary>
    private const int StandDownMs = 3_000;

    /// <summary>Calls of the map's grain behind a change of the membership: 2 s; the poll goes on after them.</summary>
    private const int WakeTries = 10;

    /// <summary>
    /// Time in which a node must have joined, s: a first node is there at once, others when their silo is known everywhere.
    /// </summary>
    private const int JoinSeconds = 60;

    /// <summary>
    /// Time for which the cluster map must have been out of reach before it is said, s: longer than a killed node's grain takes to come up
    /// on another node.
    /// </summary>
    private const int LostSeconds = 5;

    /// <summary>Time in which the cluster sees that a node is dead, with room, s.</summary>
    private const int DeathSeconds = 8;

    private readonly ConcurrentDictionary<string, PeerMessages> _peers = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _hasSleepers; // shards of which the log says that they are not served; one loop
    private Task _polling = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;

    public SiloClusterView View => view;

    public bool HasJoined { get; private set; }

    /// <summary>Messages of clients of this node to the other nodes' subscribers.</summary>
    public PublishReport Published =>
        new() { QueuedBytes = _peers.Values.Sum(p => p.QueuedBytes), Dropped = _peers.Values.Sum(p => p.Dropped) };

    /// <summary>Whether no other node has more than half of its room to take.</summary>
    public bool HasRoomToPublish
    {
        get
        {
            foreach (KeyValuePair<string, PeerMessages> peer in _peers)
            {
                if (peer.Value.QueuedBytes > PeerMessages.MaxBytes / 2) return false;
            }

            return true;
        }
    }

    /// <summary>Returns the cluster's GUID; throws <see cref="StartException"/> when the cluster refuses the node.</summary>
    /// <param name="folder">What its data folder says whose it is.</param>
    /// <param name="replacesStore">The lost store that this one replaces; null for none.</param>
    public async Task<Guid> Join(FolderOwner folder, string? replacesStore)
    {
        Guid cluster = await AskUntilJoined(folder, replacesStore);
        HasJoined = true;
        ClusterMap joined = maps.Current;
        await Wake(Enumerable.Range(0, joined.Homes.Length).Where(s => joined.Homes[s].NodeId == node.Id));
        news.Look(joined, membership.CurrentSnapshot);
        _polling = Task.Run(Poll);
        _watching = Task.Run(WatchMembers);
        return cluster;
    }

    /// <summary>Gives a message to the subscribers of all other nodes; nobody waits for it.</summary>
    public void Broadcast(PublishedMessage published)
    {
        foreach (NodeInfo other in maps.Current.Nodes)
        {
            if (other.Id != node.Id && nodes.IsAlive(other.Id)) _peers.GetOrAdd(other.Id, PeerOf).Post(published);
        }
    }

    private PeerMessages PeerOf(string id) => new(grains.GetGrain<INodeGrain>(id), failure => LogNotPublished(id, failure.Message))
    {
        Dropping = () => LogDropping(id, PeerMessages.MaxBytes / (1024 * 1024)),
    };

    /// <summary>
    /// Brings to disk all that any node has acknowledged; false when a node that has shards could not be asked or could not. By the newest
    /// map: a shard that came to its node by then is on its disk whole.
    /// </summary>
    public async Task<bool> SyncAll()
    {
        try
        {
            // This one may have been under way already; the next asks after the writes that it is for.
            await maps.Refresh().WaitAsync(_stop.Token);
            ClusterMap map = await maps.Refresh().WaitAsync(_stop.Token);
            bool[] done = await Task.WhenAll(Leaders(map).Select(n => n.Sync().AsTask()));
            return done.Length > 0 && Array.TrueForAll(done, static d => d);
        }
        catch (Exception failure) when (IsUnreachable(failure))
        {
            return false;
        }
    }

    /// <summary>Where each shard's log ends now, by shard; null when a leader could not be asked.</summary>
    public async Task<ShardPosition[]?> ShardEnds()
    {
        try
        {
            ClusterMap map = maps.Current;
            ShardPosition[][] all = await Task.WhenAll(Leaders(map).Select(n => n.ShardEnds().AsTask()));
            ShardPosition[] ends = [.. Enumerable.Range(0, map.Homes.Length)
                .Select(s => all.Select(e => s < e.Length ? e[s] : default).MaxBy(e => e.ToLogPosition()))];
            return Array.TrueForAll(ends, static e => e != default) ? ends : null;
        }
        catch (Exception failure) when (IsUnreachable(failure))
        {
            return null;
        }
    }

    /// <summary>
    /// Replicas that have every shard up to these records; 0 when a leader could not be asked, or a shard has none at the moment.
    /// </summary>
    public async Task<int> CountReplicas(ShardPosition[] upTo)
    {
        try
        {
            int[][] all = await Task.WhenAll(Leaders(maps.Current).Select(n => n.CountReplicas(upTo).AsTask()));
            return Enumerable.Range(0, upTo.Length).Min(s => Math.Max(0, all.Max(c => s < c.Length ? c[s] : -1)));
        }
        catch (Exception failure) when (IsUnreachable(failure))
        {
            return 0;
        }
    }

    /// <summary>
    /// Has other nodes lead this node's shards before it stops, so that no client waits for its death to be found. As long as that takes,
    /// but seconds at most: where nobody can take them they are handed over when the node is gone.
    /// </summary>
    public async Task StandDown()
    {
        if (!HasJoined || !maps.Current.IsReplicated) return;
        long start = Environment.TickCount64;
        try
        {
            ISlotMapGrain map = grains.GetGrain<ISlotMapGrain>(0);
            while (StandDownMs - (Environment.TickCount64 - start) is > 0 and var left
                && await map.StandDown(node.Id).AsTask().WaitAsync(TimeSpan.FromMilliseconds(left)) > 0)
                await Task.Delay(AskAgainMs);
        }
        catch (Exception failure) // whatever it is, the others find this node gone
        {
            LogUnreachable(failure);
        }
    }

    private IEnumerable<INodeGrain> Leaders(ClusterMap map) =>
        map.Homes.Select(h => h.NodeId).Distinct().Select(id => grains.GetGrain<INodeGrain>(id));

    private static bool IsUnreachable(Exception failure) =>
        failure is OrleansException or TimeoutException or ShardUnavailableException or OperationCanceledException;

    /// <summary>Ends the polling. Its container disposes it once more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll(_polling, _watching);
    }

    // What the map's grain cannot answer now it may in a second; a silo of this id that was killed a moment ago is seen dead within
    // seconds.
    private async Task<Guid> AskUntilJoined(FolderOwner folder, string? replacesStore)
    {
        long start = Environment.TickCount64;
        bool isTold = false;
        while (true)
        {
            try
            {
                JoinResult result = await join.Ask(self, folder, replacesStore);
                if (result.Outcome == JoinOutcome.Joined) return result.Map.Cluster;
                if (result.Outcome == JoinOutcome.Refused || Environment.TickCount64 - start > DeathSeconds * 1000L)
                    throw new StartException($"node {node.Id} cannot join: {result.Problem}");
                await Task.Delay(AskAgainMs, _stop.Token);
            }
            catch (Exception failure) when (failure is not (StartException or OperationCanceledException))
            {
                if (Environment.TickCount64 - start > JoinSeconds * 1000L) throw new StartException($"node {node.Id} cannot join: the "
                    + $"cluster map did not answer for {JoinSeconds} s: {failure.Message.ReplaceLineEndings(" ")}");
                if (!isTold) LogWaiting(failure.Message);
                isTold = true;
                await Task.Delay(PollMs, _stop.Token);
            }
        }
    }

    // So that the first command of a client finds its shard served, and one that nobody asks expires its keys.
    private async Task Wake(IEnumerable<int> shards)
    {
        Exception?[] failures = await Task.WhenAll(shards.Select(Wake));
        int asleep = failures.Count(f => f is not null);
        // The first command, or the next look, tries again.
        if (asleep > 0 && !_hasSleepers) LogNotAwake(asleep, failures.First(f => f is not null)!.Message);
        if (asleep == 0 && _hasSleepers) LogAwake();
        _hasSleepers = asleep > 0;
    }

    private async Task<Exception?> Wake(int shard)
    {
        try
        {
            await grains.GetGrain<IShardGrain>(shard).Wake();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private async Task Poll()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(PollMs));
        long lastMs = Environment.TickCount64;
        bool isLost = false;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    news.Look(await maps.Refresh(), membership.CurrentSnapshot);
                    if (isLost) LogFound();
                    isLost = false;
                    lastMs = Environment.TickCount64;
                    await Wake(maps.Sleeping());
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    if (isLost || Environment.TickCount64 - lastMs < LostSeconds * 1000L) continue;
                    isLost = true;
                    LogUnreachable(failure);
                    LogLost(registers is null ? "The cluster map cannot be reached" : "The node that keeps "
                        + $"the cluster map does not answer, or no majority of {registers.Describe()}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    // At once, and each state: one that lasts less than a second says whether a node was stopped or died.
    private async Task WatchMembers()
    {
        try
        {
            await foreach (ClusterMembershipSnapshot members in membership.MembershipUpdates.WithCancellation(_stop.Token))
            {
                news.Look(maps.Current, members);
                if (maps.Current.IsReplicated) _ = AwakenMap();
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    // A node has gone, and the map's grain perhaps with it: whoever calls it first has it come up elsewhere, where it names other leaders.
    private async Task AwakenMap()
    {
        for (int tries = 0; tries < WakeTries; tries++)
        {
            try
            {
                await maps.Refresh();
                return;
            }
            catch (Exception failure)
            {
                LogUnreachable(failure);
            }

            await Task.Delay(AskAgainMs, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting to join the cluster: {Problem}")]
    private partial void LogWaiting(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Shards} shards of this node are not served yet: {Problem}")]
    private partial void LogNotAwake(int shards, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "All shards of this node are served")]
    private partial void LogAwake();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster map cannot be reached")]
    private partial void LogUnreachable(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{What}. This node goes on with the cluster map that it has; nodes cannot join and shards cannot move meanwhile")]
    private partial void LogLost(string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cluster map can be reached again")]
    private partial void LogFound();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Messages of PUBLISH for subscribers on node {Node} are dropped: {MiB} MiB wait "
        + "for it already (publish_dropped in INFO counts them)")]
    private partial void LogDropping(string node, int miB);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Node {Node} did not get published messages: {Problem}")]
    private partial void LogNotPublished(string node, string problem);
}
