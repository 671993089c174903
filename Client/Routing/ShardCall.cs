using System.Buffers;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Client.Routing;

/// <summary>
/// One grain call: the batch that gathers for it, who waits for it, its answer. Reused by its lane. Under the lane's lock while it gathers;
/// then its lane's alone until the waiters are woken; then read-only until the last of them lets go.
/// </summary>
internal sealed class ShardCall
{
    /// <summary>
    /// What a call that waits for its next use may hold on to: 16 KiB. More calls are about than the shared pool keeps buffers of one size.
    /// </summary>
    private const int KeptBytes = 16 * 1024;

    private readonly ShardLane _lane;
    private readonly List<Exchange> _waiters = [];
    private readonly BatchWriter _batch = new(KeptBytes, ArrayPool<byte>.Shared);
    private ShardReply? _reply;
    private int _readers;

    public ShardCall(ShardLane lane)
    {
        _lane = lane;
        Call = lane.NewCall(() => _lane.Ended(this));
    }

    /// <summary>How it travels.</summary>
    public GrainCall Call { get; }

    /// <summary>Items so far.</summary>
    public int Count => _batch.Count;

    public int SizeBytes => _batch.SizeBytes;

    /// <summary>Null when the call went well.</summary>
    public CallFailure? Failure { get; private set; }

    /// <summary>The map that its operations were routed by, the oldest of them.</summary>
    public ClusterMap RoutedBy { get; private set; } = ClusterMap.None;

    /// <summary>Some of its operations change something.</summary>
    public bool HasWrites { get; private set; }

    /// <summary>Notes the map of the operations that are about to be added.</summary>
    public void Route(ClusterMap map)
    {
        if (Count == 0 || map.Version < RoutedBy.Version) RoutedBy = map;
    }

    /// <summary>Whether a newer map has the same slots in the same shards: then the call is routed by that one, too.</summary>
    public bool TryRouteBy(ClusterMap newer)
    {
        if (RoutedBy.Slots.Id != newer.Slots.Id) return false;
        RoutedBy = newer;
        return true;
    }

    /// <summary>Adds an operation's items; returns the place of the first one's reply.</summary>
    public int Append(ReadOnlySpan<byte> items, int count, bool isWrite)
    {
        HasWrites |= isWrite;
        return _batch.AddItems(items, count, mayWait: false);
    }

    public void AddWaiter(Exchange exchange) => _waiters.Add(exchange);

    /// <summary>Sends the batch, for the first time or again. True when the answer is there at once; otherwise the lane is told.</summary>
    public bool Start(IShardGrain grain, int shard, ShardHome? newestHome)
    {
        Failure = null;
        uint epoch = RoutedBy.FindHome(shard)?.Epoch ?? 0;
        return Call.Start(grain, new ShardBatch(_batch.Buffer, _batch.SizeBytes, RoutedBy.Version, epoch), newestHome);
    }

    /// <summary>Takes the answer in. Once for each start.</summary>
    public ShardReply? TakeAnswer(out Exception? failure) => _reply = Call.Take(out failure);

    /// <summary>
    /// Goes on with a copy of the batch: of a call whose answer never came it may still be on its way, and its buffer is left to the
    /// collector.
    /// </summary>
    public void LeaveBuffer() => _batch.LeaveBuffer();

    public void Fail(CallFailure failure)
    {
        // As in LeaveBuffer.
        if (_reply is null) _batch.Drop();
        Failure = failure;
    }

    /// <summary>Wakes who waits. They may let go of the call before this returns.</summary>
    public void Wake()
    {
        _readers = _waiters.Count;
        for (int i = 0, count = _readers; i < count; i++) _waiters[i].CallEnded();
    }

    /// <summary>The reply of one item, of a call that went well.</summary>
    public ReadOnlySpan<byte> this[int item] => _reply!.Replies[item];

    /// <summary>A waiter needs it no longer; the last gives the buffers back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _readers) > 0) return;
        _batch.Reset();
        _reply?.Replies.Release();
        _reply = null;
        Failure = null;
        Call.TryingSince = null;
        RoutedBy = ClusterMap.None;
        HasWrites = false;
        _waiters.Clear();
        _lane.Recycle(this);
    }
}
