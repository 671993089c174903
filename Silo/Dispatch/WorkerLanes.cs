using System.Collections.Concurrent;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>What one I/O thread has on its way to the shards. Its thread owns it; other threads only call <see cref="Answer"/>.</summary>
internal sealed class WorkerLanes(Worker worker)
{
    /// <summary>Answers that wake the I/O thread though calls to shards of this node are still away: a long command must not hold the others' replies.</summary>
    private const int MaxWaitingAnswers = 64;

    private readonly ConcurrentQueue<ShardCall> _answers = new();
    private int _localAway;
    private int _waiting;
    private readonly Stack<PendingReplies> _free = new();

    /// <summary>By shard; made when first needed.</summary>
    public ShardLane?[] Lanes { get; set; } = [];

    /// <summary>Lanes with something to send.</summary>
    public List<ShardLane> ToSend { get; } = [];

    public Worker Worker => worker;

    /// <summary>A call to a shard of this node is about to leave.</summary>
    public void LocalStarts() => Interlocked.Increment(ref _localAway);

    /// <summary>
    /// A call has ended; any thread. Calls of one turn to shards of this node end within microseconds of each other: the I/O thread is woken
    /// by the last of them, and not by each.
    /// </summary>
    public void Answer(ShardCall call)
    {
        bool isLocal = call.IsLocal;
        _answers.Enqueue(call);
        int waiting = Interlocked.Increment(ref _waiting);
        if (!isLocal || Interlocked.Decrement(ref _localAway) == 0 || waiting >= MaxWaitingAnswers) worker.Signal();
    }

    public bool TryTake(out ShardCall call)
    {
        if (!_answers.TryDequeue(out call!)) return false;
        Interlocked.Decrement(ref _waiting);
        return true;
    }

    public PendingReplies Rent(Session session)
    {
        PendingReplies pending = _free.Count > 0 ? _free.Pop() : new PendingReplies();
        pending.Begin(session);
        return pending;
    }

    public void Return(PendingReplies pending) => _free.Push(pending);
}
