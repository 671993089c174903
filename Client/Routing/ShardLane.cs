using System.Diagnostics;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;

namespace OrleansKv.Client.Routing;

/// <summary>
/// The way to one shard: one call is away at a time, and what comes meanwhile gathers for the next, so that batches are as large as the
/// load makes them and nobody waits for one to fill. Any thread.
/// </summary>
internal sealed class ShardLane
{
    /// <summary>Ended calls that wait for their next use, 64 KiB at the most; more than a few come only when readers are slow.</summary>
    private const int MaxFree = 4;

    private readonly ShardRouter _router;
    private readonly int _shard;
    private readonly IShardGrain _grain;
    private readonly Lock _lock = new();
    private readonly Stack<ShardCall> _free = new();
    private ShardCall _gathering;
    private TaskCompletionSource? _room;
    private bool _isAway;
    private bool _isListed;

    public ShardLane(ShardRouter router, int shard, IShardGrain grain)
    {
        _router = router;
        _shard = shard;
        _grain = grain;
        _gathering = new ShardCall(this);
    }

    /// <summary>
    /// Puts a chain of an exchange's operations into the gathering batch; they stay together. When the batch is full: the wait for room.
    /// </summary>
    public Task? Add(Exchange exchange, int first)
    {
        bool isIdle;
        lock (_lock)
        {
            if (_gathering.SizeBytes > _router.MaxGatheringBytes)
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            exchange.MoveInto(_gathering, first);
            isIdle = !_isAway && !_isListed;
            if (isIdle) _isListed = true;
        }

        if (isIdle) _router.List(this);
        return null;
    }

    /// <summary>Sends what has gathered if no call is away.</summary>
    public void Send()
    {
        ShardCall? call;
        lock (_lock)
        {
            _isListed = false;
            if (_isAway) return;
            call = TakeLocked();
        }

        if (call is not null && Start(call)) Ended(call);
    }

    /// <summary>The call that was away has its answer: the next one goes, then the waiters are woken.</summary>
    public void Ended(ShardCall call)
    {
        while (true)
        {
            if (!_router.Settle(call))
            {
                _ = SendAgain(call);
                return;
            }

            ShardCall? next;
            TaskCompletionSource? room;
            lock (_lock)
            {
                _isAway = false;
                next = TakeLocked();
                room = _room;
                _room = null;
            }

            bool hasEnded = next is not null && Start(next);
            call.Wake();
            room?.SetResult();
            if (!hasEnded) return;
            call = next!;
        }
    }

    public GrainCall NewCall(Action arrived) => _router.NewCall(_shard, arrived);

    public void Recycle(ShardCall call)
    {
        lock (_lock)
        {
            if (_free.Count < MaxFree) _free.Push(call);
        }
    }

    private bool Start(ShardCall call) => call.Start(_grain, _shard, _router.Map.FindHome(_shard));

    // The lane has it as the call that is away: nobody else touches it.
    private async Task SendAgain(ShardCall call)
    {
        await Task.Delay(CallOutcome.RetryMs).ConfigureAwait(false);
        if (Start(call)) Ended(call);
    }

    private ShardCall? TakeLocked()
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_gathering.Count == 0) return null;
        ShardCall call = _gathering;
        _gathering = _free.Count > 0 ? _free.Pop() : new ShardCall(this);
        _isAway = true;
        return call;
    }
}
