using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansKv.Embedded;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// This node's part in the cluster: it joins when its silo runs, wakes its shards, and once a second asks for a newer map and the other
/// nodes' numbers. Any thread.
/// </summary>
internal sealed partial class ClusterMember(IGrainFactory grains, KvNode node, ClusterJoin join, ClusterMapCache maps, NodeDirectory nodes, NodeInfo self, SiloClusterView view, IOptions<KvClusterOptions> options, ILogger<ClusterMember> log) : IDisposable
{
    private const int PollMs = 1_000;
    private const int AskAgainMs = 200;

    /// <summary>Time in which a node must have joined, s: a first node is there at once, others when their silo is known everywhere.</summary>
    private const int JoinSeconds = 60;

    private const string FirstNodeAdvice = " If the first node has to be started again, then restart this one, too: with --cluster dev the first node has the membership in its memory";

    /// <summary>Time in which the cluster sees that a node is dead, with room, s.</summary>
    private const int DeathSeconds = 8;

    private readonly ConcurrentDictionary<string, NodeStats> _stats = new();
    private readonly ConcurrentDictionary<int, bool> _asleep = new(); // of which the log says so
    private readonly ConcurrentDictionary<string, PeerMessages> _peers = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _polling = Task.CompletedTask;

    public SiloClusterView View => view;

    public bool HasJoined { get; private set; }

    /// <summary>Messages of clients of this node to the other nodes' subscribers.</summary>
    public PublishReport Published => new() { QueuedBytes = _peers.Values.Sum(p => p.QueuedBytes), Dropped = _peers.Values.Sum(p => p.Dropped) };

    public NodeStats? StatsOf(string nodeId) => _stats.GetValueOrDefault(nodeId);

    /// <summary>Returns the cluster's GUID; throws <see cref="StartException"/> when the cluster refuses the node.</summary>
    /// <param name="folder">What its data folder says whose it is.</param>
    /// <param name="replacesStore">The lost store that this one replaces; null for none.</param>
    public async Task<Guid> Join(FolderOwner folder, string? replacesStore)
    {
        Guid cluster = await AskUntilJoined(folder, replacesStore);
        HasJoined = true;
        ClusterMap joined = maps.Current;
        await Wake(Enumerable.Range(0, joined.Homes.Length).Where(s => joined.Homes[s].NodeId == node.Id));
        _polling = Task.Run(Poll);
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

    private PeerMessages PeerOf(string id) => new(grains.GetGrain<INodeGrain>(id), failure => LogNotPublished(id, failure.Message));

    /// <summary>
    /// Brings to disk all that any node has acknowledged; false when a node that has shards could not be asked or could not. By the newest map:
    /// a shard that came to its node by then is on its disk whole.
    /// </summary>
    public async Task<bool> SyncAll()
    {
        try
        {
            await maps.Refresh().WaitAsync(_stop.Token); // this one may have been under way already; the next asks after the writes that it is for
            ClusterMap map = await maps.Refresh().WaitAsync(_stop.Token);
            bool[] done = await Task.WhenAll(map.Homes.Select(h => h.NodeId).Distinct().Select(id => grains.GetGrain<INodeGrain>(id).Sync().AsTask()));
            return done.Length > 0 && Array.TrueForAll(done, static d => d);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException or ShardUnavailableException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the polling. Its container disposes it once more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _polling.Wait();
    }

    // What the map's grain cannot answer now it may in a second; a silo of this id that was killed a moment ago is seen dead within seconds.
    private async Task<Guid> AskUntilJoined(FolderOwner folder, string? replacesStore)
    {
        long start = Environment.TickCount64;
        while (true)
        {
            try
            {
                JoinResult result = await join.Ask(self, folder, replacesStore);
                if (result.Outcome == JoinOutcome.Joined) return result.Map.Cluster;
                if (result.Outcome == JoinOutcome.Refused || Environment.TickCount64 - start > DeathSeconds * 1000L) throw new StartException($"node {node.Id} cannot join: {result.Problem}");
                await Task.Delay(AskAgainMs, _stop.Token);
            }
            catch (Exception failure) when (failure is not (StartException or OperationCanceledException))
            {
                if (Environment.TickCount64 - start > JoinSeconds * 1000L) throw new StartException($"node {node.Id} cannot join: the cluster map did not answer for {JoinSeconds} s: {failure.Message.ReplaceLineEndings(" ")}");
                LogWaiting(failure.Message);
                await Task.Delay(PollMs, _stop.Token);
            }
        }
    }

    // So that the first command of a client finds its shard served, and one that nobody asks expires its keys.
    private async Task Wake(IEnumerable<int> shards)
    {
        await Task.WhenAll(shards.Select(async shard =>
        {
            try
            {
                await grains.GetGrain<IShardGrain>(shard).Wake();
                _asleep.TryRemove(shard, out _);
            }
            catch (Exception failure)
            {
                if (_asleep.TryAdd(shard, true)) LogNotAwake(shard, failure.Message); // its first command, or the next look, tries again
            }
        }));
    }

    private async Task Poll()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(PollMs));
        bool isLost = false;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await maps.Refresh();
                    if (isLost) LogFound();
                    isLost = false;
                    await Wake(maps.Sleeping());
                    await AskNodes();
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    if (!isLost) LogLost(failure.Message, options.Value.Primary is null ? "" : FirstNodeAdvice);
                    isLost = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task AskNodes()
    {
        foreach (NodeInfo other in maps.Current.Nodes)
        {
            if (!nodes.IsAlive(other.Id)) continue;
            try
            {
                _stats[other.Id] = await grains.GetGrain<INodeGrain>(other.Id).Stats();
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or ShardUnavailableException)
            {
                _stats.TryRemove(other.Id, out _); // it goes down just now: NODES shows no numbers for it
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting to join the cluster: {Problem}")]
    private partial void LogWaiting(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} does not serve yet: {Problem}")]
    private partial void LogNotAwake(int shard, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster map cannot be reached: {Problem}. This node goes on with the map it has; nodes cannot join and shards cannot move until it is back.{Advice}")]
    private partial void LogLost(string problem, string advice);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cluster map can be reached again")]
    private partial void LogFound();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} did not get published messages: {Problem}")]
    private partial void LogNotPublished(string node, string problem);
}
