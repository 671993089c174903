using OrleansKv.Client.Routing;

namespace OrleansKv.Client;

/// <summary>The result of one operation of a batch, to be read after the batch has run and before it is disposed of.</summary>
public readonly struct BatchResult<T>
{
    private readonly KeyValueBatch _batch;
    private readonly int _operation;
    private readonly ReplyReader<T> _read;

    internal BatchResult(KeyValueBatch batch, int operation, ReplyReader<T> read)
    {
        _batch = batch;
        _operation = operation;
        _read = read;
    }

    /// <summary>The result; made of the reply each time it is asked for.</summary>
    /// <exception cref="KeyValueStoreException">This operation failed; others of the batch may have gone well.</exception>
    /// <exception cref="InvalidOperationException">The batch has not run.</exception>
    public T Value => _read(_batch.RepliesOf(_operation));
}
