using System.Threading.Tasks.Sources;
using OrleansKv.Client.Wire;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Client.Routing;

/// <summary>
/// Operations of one caller on their way: encoded here, copied into the calls of their shards, awaited, and read from the calls' replies.
/// Pooled: it goes back when its user has disposed of it and all its calls have ended, whichever is later. The caller's thread until
/// <see cref="RunAsync"/>, and again when that has ended.
/// </summary>
internal sealed class Exchange(ShardRouter router) : IValueTaskSource, IDisposable
{
    private ManualResetValueTaskSourceCore<bool> _done = new() { RunContinuationsAsynchronously = true };
    private Operation[] _operations = new Operation[1];
    private int[] _firstOfShard = [];
    private int[] _lastOfShard = [];
    private readonly List<int> _shards = [];
    private readonly List<ShardCall> _calls = [];
    private ClusterMap _map = ClusterMap.None; // that it was routed by
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private int _open;
    private int _left;
    private int _owners;
    private int _isDone;

    public ItemBuffer Items { get; } = new();

    public int Count { get; private set; }

    public IValueSerializer Serializer => router.Serializer;

    /// <summary>Taken from the pool.</summary>
    public void Begin()
    {
        _left = 1; // the sender's own, so that it does not end before all is sent
        _owners = 2; // the user and the calls
        _isDone = 0;
        _done.Reset();
    }

    /// <summary>An operation begins: its items follow.</summary>
    public void Open() => _open = Items.Length;

    /// <summary>An operation is encoded; returns its number.</summary>
    public int Close(SlotId slot, bool isWrite, byte items = 1) => Close(slot.Value, 0, isWrite, items);

    /// <summary>The same for one that asks a given shard.</summary>
    public int Close(ShardId shard, bool isWrite) => Close(Operation.NoSlot, shard.Value, isWrite, 1);

    /// <summary>Sends all operations and waits for their calls; those of one shard stay together and in order. Once.</summary>
    public ValueTask RunAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            CallEnded();
            return ValueTask.FromCanceled(cancellationToken);
        }

        ClusterMap map = router.Map;
        if (map.IsEmpty) return RunLater(cancellationToken);
        Route(map);
        int sent = 0;
        for (; sent < _shards.Count; sent++)
        {
            if (Send(_shards[sent]) is { } room) return SendLater(sent, room, cancellationToken);
        }

        return Sent(cancellationToken);
    }

    /// <summary>The replies of an operation; throws what became of its call when there are none.</summary>
    public Replies this[int operation]
    {
        get
        {
            ref Operation asked = ref _operations[operation];
            if (asked.Call!.Failure is { } failure) throw failure.ToException(asked.IsWrite);
            return new Replies(this, asked.Call, asked.FirstReply);
        }
    }

    /// <summary>The exception of the first operation whose call failed or whose first reply is an error; null when all went well.</summary>
    public KeyValueStoreException? FirstFailure()
    {
        for (int i = 0; i < Count; i++)
        {
            ref Operation operation = ref _operations[i];
            if (operation.Call!.Failure is { } failure) return failure.ToException(operation.IsWrite);
            ReadOnlySpan<byte> reply = operation.Call[operation.FirstReply];
            if (Resp.IsError(reply)) return Resp.ErrorOf(reply);
        }

        return null;
    }

    /// <summary>Puts a chain of operations into a call; under its lane's lock.</summary>
    public void MoveInto(ShardCall call, int first)
    {
        Interlocked.Increment(ref _left);
        call.Route(_map);
        call.AddWaiter(this);
        _calls.Add(call);
        for (int i = first; i >= 0;)
        {
            ref Operation operation = ref _operations[i];
            operation.Call = call;
            operation.FirstReply = call.Append(Items.Slice(operation.Start, operation.End), operation.Items, operation.IsWrite);
            i = operation.Next;
        }
    }

    /// <summary>One of its calls has ended; any thread.</summary>
    public void CallEnded()
    {
        if (Interlocked.Decrement(ref _left) > 0) return;
        if (Interlocked.Exchange(ref _isDone, 1) == 0) _done.SetResult(true);
        Leave();
    }

    /// <summary>The user has read what it needs.</summary>
    public void Dispose()
    {
        // Never run: there are no calls to wait for.
        if (_left == 1 && _calls.Count == 0 && _isDone == 0) CallEnded();
        Leave();
    }

    void IValueTaskSource.GetResult(short token)
    {
        // No callback can come after this, so none can meet the object in its next use.
        _registration.Dispose();
        _registration = default;
        _done.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private int Close(ushort slot, ushort shard, bool isWrite, byte items)
    {
        if (Count == _operations.Length) Array.Resize(ref _operations, Count * 2);
        _operations[Count] =
            new Operation { Start = _open, End = Items.Length, Slot = slot, Shard = shard, Items = items, IsWrite = isWrite, Next = -1 };
        return Count++;
    }

    // Chains the operations of each shard.
    private void Route(ClusterMap map)
    {
        _map = map;
        SlotMap slots = map.SlotMap;
        for (int i = 0; i < Count; i++)
        {
            ref Operation operation = ref _operations[i];
            if (operation.Slot != Operation.NoSlot) operation.Shard = slots.OwnerOf(new SlotId(operation.Slot)).Value;
            int shard = operation.Shard;
            if (shard >= _firstOfShard.Length)
            {
                Array.Resize(ref _firstOfShard, Math.Max(shard + 1, map.Homes.Length));
                Array.Resize(ref _lastOfShard, _firstOfShard.Length);
            }

            // 0 is none, so that fresh arrays are empty.
            if (_firstOfShard[shard] == 0)
            {
                _firstOfShard[shard] = i + 1;
                _shards.Add(shard);
            }
            else
            {
                _operations[_lastOfShard[shard] - 1].Next = i;
            }

            _lastOfShard[shard] = i + 1;
        }
    }

    private Task? Send(int shard) => router.LaneOf(shard).Add(this, _firstOfShard[shard] - 1);

    private ValueTask Sent(CancellationToken cancellationToken)
    {
        short version = _done.Version;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static me => ((Exchange)me!).Cancel(), this);
        }

        CallEnded();
        return new ValueTask(this, version);
    }

    private async ValueTask RunLater(CancellationToken cancellationToken)
    {
        try
        {
            Route(await router.WhenMapped(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            CallEnded();
            throw;
        }

        await SendLater(0, Task.CompletedTask, cancellationToken).ConfigureAwait(false);
    }

    // A lane's batch is full: the rest follows as room comes. What was added before is on its way meanwhile.
    private async ValueTask SendLater(int next, Task room, CancellationToken cancellationToken)
    {
        try
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (next < _shards.Count)
            {
                if (Send(_shards[next]) is { } later) await later.WaitAsync(cancellationToken).ConfigureAwait(false);
                else next++;
            }
        }
        catch
        {
            CallEnded();
            throw;
        }

        await Sent(cancellationToken).ConfigureAwait(false);
    }

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _isDone, 1) == 0) _done.SetException(new OperationCanceledException(_cancellation));
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _owners) > 0) return;
        foreach (ShardCall call in _calls) call.Release();
        foreach (int shard in _shards) _firstOfShard[shard] = 0;
        Array.Clear(_operations, 0, Count);
        _calls.Clear();
        _shards.Clear();
        Items.Clear();
        Count = 0;
        _cancellation = default;
        if (_operations.Length <= MaxKeptOperations) router.Return(this);
    }

    /// <summary>1024: an exchange that carried a larger batch is left to the collector, about 48 KiB.</summary>
    private const int MaxKeptOperations = 1024;
}
