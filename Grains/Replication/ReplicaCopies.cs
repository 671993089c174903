using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// Whole states that this node's replicas send to those of others: to a follower that records will not do for, or to a new leader that
/// lacks what was applied here. Few at a time: each is read at the speed of the disk and the network. Any thread.
/// </summary>
internal sealed partial class ReplicaCopies(KvNode node, NodeDirectory nodes, IGrainFactory grains, ILogger log) : IDisposable
{
    /// <summary>States that are sent at one time.</summary>
    private const int MaxAtATime = 2;

    /// <summary>Before the next try for a replica after one that failed, ms.</summary>
    private const int AgainMs = 200;

    private readonly Lock _lock = new();
    private readonly HashSet<(int Shard, string To)> _running = [];
    private readonly SemaphoreSlim _free = new(MaxAtATime);
    private readonly CancellationTokenSource _stop = new();
    private Task _all = Task.CompletedTask; // under the lock

    /// <summary>Shards and nodes whose states are on their way.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _running.Count;
        }
    }

    /// <summary>Whether a shard's state is on its way to some node.</summary>
    public bool IsSending(ShardId id)
    {
        lock (_lock) return _running.Any(r => r.Shard == id.Value);
    }

    /// <summary>Sends the replica's state, unless that is under way.</summary>
    /// <param name="owner">Whose replica it is.</param>
    /// <param name="id">The shard.</param>
    /// <param name="epoch">The epoch that it is sent in: nobody has promised a higher one here when the state is whole.</param>
    /// <param name="to">The node that needs it.</param>
    public void Begin(ReplicaNode owner, ShardId id, Epoch epoch, string to)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || !nodes.IsAlive(to) || !_running.Add((id.Value, to))) return;
            _all = Task.WhenAll(_all, Task.Run(() => Run(owner, id, epoch, to)));
        }
    }

    public void Dispose()
    {
        Task all;
        lock (_lock)
        {
            _stop.Cancel();
            all = _all;
        }

        all.Wait();
        _free.Dispose();
        _stop.Dispose();
    }

    private async Task Run(ReplicaNode owner, ShardId id, Epoch epoch, string to)
    {
        try
        {
            await _free.WaitAsync(_stop.Token);
            try
            {
                await Send(owner, id, epoch, to);
            }
            finally
            {
                _free.Release();
            }
        }
        catch (Exception failure)
        {
            LogNotSent(id.Value, to, failure.Message);
            await Task.Delay(AgainMs, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (_lock) _running.Remove((id.Value, to));
        }
    }

    private async Task Send(ReplicaNode owner, ShardId id, Epoch epoch, string to)
    {
        using ShardExport export = ShardExport.Begin(node.Store, id);
        INodeGrain next = grains.GetGrain<INodeGrain>(to);
        ShardHead head = ShardSender.HeadOf(id.Value, epoch.Value, export) with { From = node.Id };
        var sender = new ShardSender(export, head, to, next, nodes);
        await sender.SendState(_stop.Token);
        if (!await owner.Ask(id, (replica, _) => replica.Log.Promised == epoch))
            throw new ShardUnavailableException($"epoch {epoch} of shard {id} is over");
        ShardProgress progress = await next.FinishShard(id.Value, epoch.Value, ShardPosition.Of(export.Sent));
        if (!progress.IsLevel) throw sender.NotTaken(progress.Problem);
        await owner.StateSent(id, to, export.Sent);
        LogSent(id.Value, export.Entries, to);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} was copied to node {Node}: {Entries} keys")]
    private partial void LogSent(int shard, long entries, string node);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} was not copied to node {Node}: {Problem}")]
    private partial void LogNotSent(int shard, string node, string problem);
}
