using System.Collections.Concurrent;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>What one I/O thread has on its way to the shards. Its thread owns it; other threads only call <see cref="Answer"/>.</summary>
internal sealed class WorkerLanes(Worker worker)
{
    private readonly ConcurrentQueue<ShardCall> _answers = new();
    private readonly Stack<PendingReplies> _free = new();

    /// <summary>By shard; made when first needed.</summary>
    public ShardLane?[] Lanes { get; set; } = [];

    /// <summary>Lanes with something to send.</summary>
    public List<ShardLane> ToSend { get; } = [];

    public Worker Worker => worker;

    /// <summary>A call has ended; any thread.</summary>
    public void Answer(ShardCall call)
    {
        _answers.Enqueue(call);
        worker.Signal();
    }

    public bool TryTake(out ShardCall call) => _answers.TryDequeue(out call!);

    public PendingReplies Rent(Session session)
    {
        PendingReplies pending = _free.Count > 0 ? _free.Pop() : new PendingReplies();
        pending.Begin(session);
        return pending;
    }

    public void Return(PendingReplies pending) => _free.Push(pending);
}
