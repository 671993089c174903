using System.Collections.Concurrent;
using Microsoft.Extensions.ObjectPool;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;

namespace OrleansKv.Client.Routing;

/// <summary>
/// Brings operations to their shards: the map that says which, a lane to each, and what becomes of a call's answer. Calls are started from
/// the thread pool, never from a grain's turn or a request's context, because they carry operations of many callers. Any thread.
/// </summary>
internal sealed class ShardRouter : IThreadPoolWorkItem
{
    /// <summary>Exchanges that wait for their next use: 1024, at 1 to 64 KiB each with their tables.</summary>
    private const int MaxFreeExchanges = 1024;

    private readonly IGrainFactory _grains;
    private readonly MapSource _maps;
    private readonly SettlePolicy _policy;
    private readonly CallWatch _watch;
    private readonly long _retryMs;
    private readonly ConcurrentQueue<ShardLane> _toSend = new();
    private readonly DefaultObjectPool<Exchange> _free;
    private readonly Lock _lock = new();
    private volatile ShardLane?[] _lanes = [];
    private int _isScheduled;

    public ShardRouter(IGrainFactory grains, KeyValueStoreOptions options)
    {
        _grains = grains;
        _maps = new MapSource(grains, options.RetryTimeout);
        _policy = new SettlePolicy(TimeProvider.System, options.RetryTimeout, waitsForConnection: true);
        _watch = new CallWatch(TimeProvider.System, () => _maps.Current, _maps.Refresh);
        _retryMs = (long)options.RetryTimeout.TotalMilliseconds;
        MaxGatheringBytes = options.MaxQueuedBytesPerShard;
        Serializer = options.Serializer;
        _free = new DefaultObjectPool<Exchange>(new ExchangePolicy(this), MaxFreeExchanges);
    }

    public int MaxGatheringBytes { get; }

    public IValueSerializer Serializer { get; }

    /// <summary>The newest map that is known; version 0 before the first one came.</summary>
    public ClusterMap Map => _maps.Current;

    /// <summary>A way for a lane's calls to a shard.</summary>
    public GrainCall NewCall(int shard, Action arrived) => new(_watch, shard, arrived);

    /// <summary>Waits for the first map.</summary>
    public Task<ClusterMap> WhenMapped(CancellationToken cancellationToken) => _maps.WhenKnown(cancellationToken);

    /// <summary>An exchange for one use; it comes back when it is disposed of and its calls have ended.</summary>
    public Exchange Rent()
    {
        Exchange exchange = _free.Get();
        exchange.Begin();
        return exchange;
    }

    public void Return(Exchange exchange) => _free.Return(exchange);

    public ShardLane LaneOf(int shard)
    {
        ShardLane?[] lanes = _lanes;
        return shard < lanes.Length && lanes[shard] is { } lane ? lane : NewLane(shard);
    }

    /// <summary>A lane has something to send and no call away.</summary>
    public void List(ShardLane lane)
    {
        _toSend.Enqueue(lane);
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isScheduled, 0);
        Interlocked.MemoryBarrier(); // who lists a lane from here on schedules again
        while (_toSend.TryDequeue(out ShardLane? lane)) lane.Send();
    }

    /// <summary>Takes a call's answer. False when nothing ran, or nothing that changes anything, and it is to be sent again.</summary>
    public bool Settle(ShardCall call)
    {
        ShardReply? reply = call.TakeAnswer(out Exception? failure);
        if (reply is not null && reply.MapVersion > Map.Version) _maps.Refresh();
        CallOutcome outcome = reply is null ? CallOutcome.Of(failure!) : CallOutcome.Of(reply);
        if (outcome.Fate == CallFate.Moved && !call.TryRouteBy(Map))
        {
            // The shard that has been asked is not the keys' any more: to ask it again would be wrong.
            call.Fail(new CallFailure(
                KeyValueStoreError.Unavailable, "the keys' slots have gone to other shards; nothing was done, try again"));
            return true;
        }

        switch (_policy.Next(outcome, call.Call, Map))
        {
            case CallStep.Deliver:
                return true;
            case CallStep.SendAgain:
                if (outcome.Fate == CallFate.Unavailable) _maps.Refresh(); // nobody sends a client the map of the next leader
                return false;
            case CallStep.AskReadsAgain when !call.HasWrites && _policy.MayTryAgain(call.Call):
                call.LeaveBuffer();
                _maps.Refresh();
                return false;
            case CallStep.GiveUp:
                call.Fail(new CallFailure(
                    KeyValueStoreError.Unavailable, $"the shard was on its way to another node for {_retryMs} ms; try again later"));
                return true;
            default:
                call.Fail(new CallFailure(ErrorOf(outcome), TextOf(outcome), failure));
                return true;
        }
    }

    private static KeyValueStoreError ErrorOf(in CallOutcome outcome) =>
        outcome.IsUnknown ? KeyValueStoreError.OutcomeUnknown
        : outcome.Fate == CallFate.Refused ? KeyValueStoreError.Refused
        : KeyValueStoreError.Unavailable;

    private static string TextOf(in CallOutcome outcome) => outcome.Fate switch
    {
        CallFate.NotSent => "the shard's node cannot be reached; nothing was sent",
        CallFate.JournalFailed => "the node's journal could not be written, so the change may be lost; see the server's log"
            + (outcome.Problem.Length == 0 ? "" : ": " + outcome.Problem),
        _ => outcome.Problem,
    };

    private ShardLane NewLane(int shard)
    {
        lock (_lock)
        {
            ShardLane?[] lanes = _lanes;
            if (shard < lanes.Length && lanes[shard] is { } lane) return lane;
            ShardLane?[] copy = [.. lanes, .. new ShardLane?[Math.Max(0, shard + 1 - lanes.Length)]];
            copy[shard] = lane = new ShardLane(this, shard, _grains.GetGrain<IShardGrain>(shard));
            _lanes = copy;
            return lane;
        }
    }
}
