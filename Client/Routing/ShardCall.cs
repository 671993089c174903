using System.Buffers;
using OrleansKv.Grains;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Client.Routing;

/// <summary>
/// One grain call: the batch that gathers for it, who waits for it, its answer. Reused by its lane. Under the lane's lock while it gathers;
/// then its lane's alone until the waiters are woken; then read-only until the last of them lets go.
/// </summary>
internal sealed class ShardCall
{
    /// <summary>4 KiB: some 40 operations with keys of 16 B and values of 64 B.</summary>
    private const int InitialBytes = 4096;

    /// <summary>
    /// What a call that waits for its next use may hold on to: 16 KiB. More calls are about than the shared pool keeps buffers of one size.
    /// </summary>
    private const int KeptBytes = 16 * 1024;

    private readonly ShardLane _lane;
    private readonly Action _arrived;
    private readonly List<Exchange> _waiters = [];
    private ValueTask<ShardReply> _task;
    private ShardReply? _reply;
    private byte[] _buffer = [];
    private int _length;
    private int _readers;

    public ShardCall(ShardLane lane)
    {
        _lane = lane;
        _arrived = () => _lane.Ended(this);
    }

    /// <summary>Items so far.</summary>
    public int Count { get; private set; }

    public int SizeBytes => _length;

    /// <summary>Null when the call went well.</summary>
    public CallFailure? Failure { get; private set; }

    /// <summary>When its first try ended, ms of the system's uptime; 0 before that.</summary>
    public long TryingSinceMs { get; set; }

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
        if (_buffer.Length - _length < items.Length || _length == 0) Grow(items.Length);
        items.CopyTo(_buffer.AsSpan(_length));
        _length += items.Length;
        int first = Count;
        Count += count;
        return first;
    }

    public void AddWaiter(Exchange exchange) => _waiters.Add(exchange);

    /// <summary>Sends the batch, for the first time or again. True when the answer is there at once; otherwise the lane is told.</summary>
    public bool Start(IShardGrain grain, int shard)
    {
        Failure = null;
        try
        {
            uint epoch = shard < RoutedBy.Homes.Length ? RoutedBy.Homes[shard].Epoch : 0;
            _task = grain.Run(new ShardBatch(_buffer, _length, RoutedBy.Version, epoch));
        }
        catch (Exception failure)
        {
            _task = ValueTask.FromException<ShardReply>(failure);
        }

        if (_task.IsCompleted) return true;
        _task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_arrived);
        return false;
    }

    /// <summary>Takes the answer in. Once for each start.</summary>
    public ShardReply? TakeAnswer(out Exception? failure)
    {
        failure = null;
        try
        {
            return _reply = _task.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            return _reply = null;
        }
        finally
        {
            _task = default;
        }
    }

    /// <summary>
    /// Goes on with a copy of the batch: of a call whose answer never came it may still be on its way, and its buffer is left to the
    /// collector.
    /// </summary>
    public void LeaveBuffer()
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(_length);
        _buffer.AsSpan(0, _length).CopyTo(copy);
        _buffer = copy;
    }

    public void Fail(CallFailure failure)
    {
        // As in LeaveBuffer.
        if (_reply is null) _buffer = [];
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
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        _reply?.Replies.Release();
        _reply = null;
        Failure = null;
        TryingSinceMs = 0;
        RoutedBy = ClusterMap.None;
        HasWrites = false;
        _length = 0;
        Count = 0;
        _waiters.Clear();
        _lane.Recycle(this);
    }

    private void Grow(int size)
    {
        int needed = checked(Math.Max(_length, BatchFormat.HeaderBytes) + size);
        byte[] larger = ArrayPool<byte>.Shared.Rent(
            Math.Max(InitialBytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, _buffer.Length * 2L))));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        if (_length > 0) return;
        BatchFormat.WriteHeader(_buffer);
        _length = BatchFormat.HeaderBytes;
    }
}
