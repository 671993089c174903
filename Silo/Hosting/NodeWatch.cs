using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// What the nodes say of themselves: each asks all others once a second, and looks at its own shards. A node that does not answer is
/// suspected until it does; that the cluster finds it dead takes seconds longer. Any thread.
/// </summary>
internal sealed class NodeWatch(IGrainFactory grains, KvNode node, ClusterMapCache maps, NodeDirectory nodes, ReplicaNode replicas)
    : IDisposable
{
    private const int AskMs = 1_000;

    /// <summary>
    /// Time in which a node that is well answers, ms: twice what a busy one was seen to take, and less than a death takes to be found.
    /// </summary>
    private const int AnswerMs = 2_000;

    /// <summary>
    /// Looks, one a second, at which a shard of this node must have been without service before it counts as unserved: one that Orleans has
    /// put to sleep is woken within one, and one that changes its leader is served again.
    /// </summary>
    private const int LooksAsleep = 2;

    /// <summary>
    /// Time without an answer after which a node that nobody has declared dead is worth a line in the log, ms: longer than a majority of
    /// the nodes takes to declare it dead.
    /// </summary>
    private const int LongSilenceMs = 5_000;

    private readonly ConcurrentDictionary<string, NodeStats> _heard = new();
    private readonly ConcurrentDictionary<string, bool> _suspects = new();
    private readonly Dictionary<int, int> _asleep = []; // looks by shard; the loop's
    private readonly ConcurrentDictionary<string, long> _silentSince = new(); // ms of the system's uptime, by node
    private readonly ConcurrentDictionary<string, bool> _isToldSilent = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile int[] _unserved = [];
    private Task _watching = Task.CompletedTask;

    /// <summary>Shards of this node that it does not serve.</summary>
    public int[] Unserved => _unserved;

    /// <summary>Hears of a node that is silent for long although the cluster has not declared it dead, and of its first answer.</summary>
    public Action<string, bool> Silence { get; set; } = static (_, _) => { };

    /// <summary>Changes with each look, and when a node is suspected.</summary>
    public int Version => Volatile.Read(ref _version);

    private int _version;

    /// <summary>Begins when this node has joined.</summary>
    public void Start()
    {
        _heard[node.Id] = node.Stats(maps.Current);
        _watching = Task.Run(Watch);
    }

    /// <summary>What a node said last; null while it has said nothing since it came, or does not answer.</summary>
    public NodeStats? Of(string nodeId) => _heard.GetValueOrDefault(nodeId);

    /// <summary>It has answered before and does not now.</summary>
    public bool IsSuspect(string nodeId) => _suspects.ContainsKey(nodeId);

    /// <summary>A call to a node found nobody there.</summary>
    public void Suspect(string nodeId)
    {
        if (nodeId == node.Id) return;
        _suspects[nodeId] = true;
        _heard.TryRemove(nodeId, out _);
        Interlocked.Increment(ref _version);
    }

    /// <summary>Ends the watch. Its container disposes it once more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _watching.Wait();
    }

    private async Task Watch()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(AskMs));
        try
        {
            do
            {
                LookAtOwn();
                await Task.WhenAll(maps.Current.Nodes.Where(n => n.Id != node.Id).Select(n => Ask(n.Id)));
                Interlocked.Increment(ref _version);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private void LookAtOwn()
    {
        int[] sleeping = [.. maps.Sleeping().Union(replicas.Unserved(maps.Current))];
        foreach (int shard in _asleep.Keys.Except(sleeping).ToArray()) _asleep.Remove(shard);
        foreach (int shard in sleeping) _asleep[shard] = _asleep.GetValueOrDefault(shard) + 1;
        _unserved = [.. _asleep.Where(s => s.Value >= LooksAsleep).Select(s => s.Key).Order()];
        _heard[node.Id] = node.Stats(maps.Current);
    }

    private async Task Ask(string id)
    {
        if (!nodes.IsAlive(id))
        {
            // It is down, not suspected; and when it comes back it has to say so itself.
            _heard.TryRemove(id, out _);
            _suspects.TryRemove(id, out _);
            _silentSince.TryRemove(id, out _);
            _isToldSilent.TryRemove(id, out _);
            return;
        }

        try
        {
            _heard[id] = await grains.GetGrain<INodeGrain>(id).Stats().AsTask().WaitAsync(TimeSpan.FromMilliseconds(AnswerMs), _stop.Token);
            _suspects.TryRemove(id, out _);
            _silentSince.TryRemove(id, out _);
            if (_isToldSilent.TryRemove(id, out _)) Silence(id, false);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException or ShardUnavailableException)
        {
            if (_heard.TryRemove(id, out _)) _suspects[id] = true;
            long silentMs = Environment.TickCount64 - _silentSince.GetOrAdd(id, Environment.TickCount64);
            if (silentMs >= LongSilenceMs && nodes.IsAlive(id) && _isToldSilent.TryAdd(id, true)) Silence(id, true);
        }
    }
}
