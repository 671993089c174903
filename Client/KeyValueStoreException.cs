namespace OrleansKv.Client;

/// <summary>An operation on the store failed; <see cref="Error"/> says whether it may have changed something.</summary>
[GenerateSerializer, Alias("orleanskv.storeexception")]
public sealed class KeyValueStoreException : Exception
{
    /// <summary>An operation that failed.</summary>
    public KeyValueStoreException(KeyValueStoreError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    [Id(0)]
    public KeyValueStoreError Error { get; private set; }
}
