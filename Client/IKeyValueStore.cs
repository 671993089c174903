namespace OrleansKv.Client;

/// <summary>
/// A key-value store on an OrleansKv cluster. From dependency injection (<c>AddOrleansKv</c>); one for the process, any thread.
/// Calls of many callers travel together, one grain call a shard at a time.
/// <para>
/// What was passed in is copied before a method returns its task. Cancelling ends the wait: an operation that was already on its way may
/// still be done. Errors are <see cref="KeyValueStoreException"/>; nothing whose outcome is unknown is tried again.
/// </para>
/// </summary>
public interface IKeyValueStore
{
    /// <summary>The value of a key; null when there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>The value of a key through the serializer; the type's default when there is none.</summary>
    ValueTask<T?> GetAsync<T>(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>Writes a value. False when the options' condition was not met.</summary>
    ValueTask<bool> SetAsync(
        KvKey key, ReadOnlyMemory<byte> value, SetOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Writes a value through the serializer. False when the options' condition was not met.</summary>
    ValueTask<bool> SetAsync<T>(KvKey key, T value, SetOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a value and returns the one before, null when there was none. With a condition that is not met only the latter.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAndSetAsync(
        KvKey key, ReadOnlyMemory<byte> value, SetOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>The same through the serializer.</summary>
    ValueTask<T?> GetAndSetAsync<T>(KvKey key, T value, SetOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Deletes a key; false when there was none.</summary>
    ValueTask<bool> DeleteAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>Whether there is such a key.</summary>
    ValueTask<bool> ExistsAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a key a time to go; false when there is no such key. <see cref="Expiry.Never"/> is <see cref="PersistAsync"/>.
    /// </summary>
    ValueTask<bool> ExpireAsync(KvKey key, Expiry expiry, CancellationToken cancellationToken = default);

    /// <summary>Makes a key stay; false when it does not exist or had no time to go.</summary>
    ValueTask<bool> PersistAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>How long a key has to live.</summary>
    ValueTask<KeyTimeToLive> GetTimeToLiveAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>Adds to the integer of a key (0 when there is none) and returns the sum. Refused when the value is no integer.</summary>
    ValueTask<long> IncrementAsync(KvKey key, long by = 1, CancellationToken cancellationToken = default);

    /// <summary>
    /// The value of a key with its version, for
    /// <see cref="TrySetAsync(KvKey, ReadOnlyMemory{byte}, KeyVersion, Expiry, CancellationToken)"/>.
    /// </summary>
    ValueTask<Versioned<ReadOnlyMemory<byte>>> GetVersionedAsync(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>The same through the serializer.</summary>
    ValueTask<Versioned<T>> GetVersionedAsync<T>(KvKey key, CancellationToken cancellationToken = default);

    /// <summary>Writes a value only if the key still has this version; none: only if there is no such key.</summary>
    ValueTask<SwapResult> TrySetAsync(
        KvKey key, ReadOnlyMemory<byte> value, KeyVersion version, Expiry expiry = default, CancellationToken cancellationToken = default);

    /// <summary>The same through the serializer.</summary>
    ValueTask<SwapResult> TrySetAsync<T>(
        KvKey key, T value, KeyVersion version, Expiry expiry = default, CancellationToken cancellationToken = default);

    /// <summary>Deletes a key only if it still has this version.</summary>
    ValueTask<SwapResult> TryDeleteAsync(KvKey key, KeyVersion version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Many operations that travel together: one grain call for each shard that they touch. Dispose of it after its results are read.
    /// </summary>
    KeyValueBatch CreateBatch();

    /// <summary>
    /// All keys that match, read page by page while you enumerate. As Redis' SCAN: a key that is there from the beginning to the end comes
    /// at least once; one that comes or goes meanwhile may or may not come; a key may come twice.
    /// </summary>
    /// <param name="pattern">Glob as in KEYS (<c>user:*</c>, <c>h?llo</c>, <c>h[a-c]llo</c>); null for all keys.</param>
    /// <param name="pageSize">Keys that a shard looks at for one page, 1 to 100 000.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<KvKey> ScanAsync(string? pattern = null, int pageSize = 1000, CancellationToken cancellationToken = default);
}
