using System.Runtime.CompilerServices;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Store;

namespace OrleansKv.Client;

/// <summary>
/// Operations that are sent together: one grain call for each shard that they touch, those of one shard in the order in which they were
/// added. It is no transaction. One caller's; it runs once.
/// </summary>
public sealed class KeyValueBatch : IDisposable
{
    private readonly Exchange _exchange;
    private State _state;

    internal KeyValueBatch(Exchange exchange) => _exchange = exchange;

    private enum State
    {
        Open,
        Running,
        Answered,
        Failed,
        Disposed,
        DisposedWhileRunning,
    }

    /// <summary>Operations so far.</summary>
    public int Count => _exchange.Count;

    /// <summary>The value of a key; null when there is none.</summary>
    public BatchResult<ReadOnlyMemory<byte>?> Get(KvKey key) => new(this, Encode.Get(Open, key), Read.Bytes);

    /// <summary>The value of a key through the serializer; the type's default when there is none.</summary>
    public BatchResult<T?> Get<T>(KvKey key) => new(this, Encode.Get(Open, key), Read.Value<T>);

    /// <summary>Writes a value. False when the options' condition was not met.</summary>
    public BatchResult<bool> Set(KvKey key, ReadOnlyMemory<byte> value, SetOptions options = default) =>
        new(this, Encode.Set(Open, key, value.Span, options, returnsOld: false), Read.IsOk);

    /// <summary>Writes a value through the serializer. False when the options' condition was not met.</summary>
    public BatchResult<bool> Set<T>(KvKey key, T value, SetOptions options = default) =>
        new(this, Encode.Set(Open, key, value, options, returnsOld: false), Read.IsOk);

    /// <summary>Deletes a key; false when there was none.</summary>
    public BatchResult<bool> Delete(KvKey key) => new(this, Encode.Delete(Open, key), Read.IsOne);

    /// <summary>Whether there is such a key.</summary>
    public BatchResult<bool> Exists(KvKey key) => new(this, Encode.Exists(Open, key), Read.IsOne);

    /// <summary>Gives a key a time to go, or with <see cref="Expiry.Never"/> takes it away; false when that changed nothing.</summary>
    public BatchResult<bool> Expire(KvKey key, Expiry expiry) =>
        new(this, expiry.Kind == ExpiryKind.Keep ? Encode.Exists(Open, key) : Encode.Expire(Open, key, expiry), Read.IsOne);

    /// <summary>Adds to the integer of a key (0 when there is none) and returns the sum.</summary>
    public BatchResult<long> Increment(KvKey key, long by = 1) => new(this, Encode.Increment(Open, key, by), Read.Integer);

    /// <summary>
    /// Sends all operations and waits for all results. If any failed, the first one's exception is thrown then; the others' results can be
    /// read all the same.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ExecuteAsync(CancellationToken cancellationToken = default)
    {
        _ = Open;
        _state = State.Running;
        bool isAnswered = false;
        try
        {
            await _exchange.RunAsync(cancellationToken).ConfigureAwait(false);
            isAnswered = true;
            if (_exchange.FirstFailure() is { } failure) throw failure;
        }
        finally
        {
            bool isDisposed = _state == State.DisposedWhileRunning;
            _state = isDisposed ? State.Disposed : isAnswered ? State.Answered : State.Failed;
            if (isDisposed) _exchange.Dispose();
        }
    }

    /// <summary>Gives the batch's memory back; results can be read no longer.</summary>
    public void Dispose()
    {
        if (_state is State.Disposed or State.DisposedWhileRunning) return;
        if (_state == State.Running)
        {
            _state = State.DisposedWhileRunning; // its run gives the memory back when it ends
            return;
        }

        _state = State.Disposed;
        _exchange.Dispose();
    }

    internal Replies RepliesOf(int operation)
    {
        ObjectDisposedException.ThrowIf(_state is State.Disposed or State.DisposedWhileRunning, this);
        if (_state == State.Failed)
            throw new InvalidOperationException("the batch has no results: it was cancelled or could not be sent");
        if (_state != State.Answered) throw new InvalidOperationException("the batch has not run yet: await ExecuteAsync first");
        return _exchange[operation];
    }

    // The exchange while operations can be added.
    private Exchange Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_state is State.Disposed or State.DisposedWhileRunning, this);
            return _state == State.Open ? _exchange : throw new InvalidOperationException("the batch has run; make a new one");
        }
    }
}
