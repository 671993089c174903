namespace OrleansKv.Client.Routing;

/// <summary>Why a call brought no replies.</summary>
internal sealed record CallFailure(KeyValueStoreError Error, string Message, Exception? Inner = null)
{
    /// <summary>The exception for an operation of the call. One that only reads has changed nothing, whatever became of it.</summary>
    public KeyValueStoreException ToException(bool isWrite) =>
        new(Error == KeyValueStoreError.OutcomeUnknown && !isWrite ? KeyValueStoreError.Unavailable : Error, Message, Inner);
}
