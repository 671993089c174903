using System.Runtime.CompilerServices;
using OrleansKv.Client.Routing;

namespace OrleansKv.Client.Store;

/// <summary>
/// The store over a router: each method encodes its operation into an exchange, before the first wait, and names the reader of its reply.
/// An exchange whose operation cannot be encoded is left to the collector. Any thread.
/// </summary>
internal sealed class KeyValueStore(ShardRouter router) : IKeyValueStore
{
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Get(exchange, key);
        return RunAsync(exchange, Read.Bytes, cancellationToken);
    }

    public ValueTask<T?> GetAsync<T>(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Get(exchange, key);
        return RunAsync(exchange, Read.Value<T>, cancellationToken);
    }

    public ValueTask<bool> SetAsync(
        KvKey key, ReadOnlyMemory<byte> value, SetOptions options = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Set(exchange, key, value.Span, options, returnsOld: false);
        return RunAsync(exchange, Read.IsOk, cancellationToken);
    }

    public ValueTask<bool> SetAsync<T>(KvKey key, T value, SetOptions options = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Set(exchange, key, value, options, returnsOld: false);
        return RunAsync(exchange, Read.IsOk, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAndSetAsync(
        KvKey key, ReadOnlyMemory<byte> value, SetOptions options = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Set(exchange, key, value.Span, options, returnsOld: true);
        return RunAsync(exchange, Read.Bytes, cancellationToken);
    }

    public ValueTask<T?> GetAndSetAsync<T>(KvKey key, T value, SetOptions options = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Set(exchange, key, value, options, returnsOld: true);
        return RunAsync(exchange, Read.Value<T>, cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Delete(exchange, key);
        return RunAsync(exchange, Read.IsOne, cancellationToken);
    }

    public ValueTask<bool> ExistsAsync(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Exists(exchange, key);
        return RunAsync(exchange, Read.IsOne, cancellationToken);
    }

    public ValueTask<bool> ExpireAsync(KvKey key, Expiry expiry, CancellationToken cancellationToken = default)
    {
        if (expiry.Kind == ExpiryKind.Keep) return ExistsAsync(key, cancellationToken);
        Exchange exchange = router.Rent();
        Encode.Expire(exchange, key, expiry);
        return RunAsync(exchange, Read.IsOne, cancellationToken);
    }

    public ValueTask<bool> PersistAsync(KvKey key, CancellationToken cancellationToken = default) =>
        ExpireAsync(key, Expiry.Never, cancellationToken);

    public ValueTask<KeyTimeToLive> GetTimeToLiveAsync(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.TimeToLive(exchange, key);
        return RunAsync(exchange, Read.TimeToLive, cancellationToken);
    }

    public ValueTask<long> IncrementAsync(KvKey key, long by = 1, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.Increment(exchange, key, by);
        return RunAsync(exchange, Read.Integer, cancellationToken);
    }

    public ValueTask<Versioned<ReadOnlyMemory<byte>>> GetVersionedAsync(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.GetVersioned(exchange, key);
        return RunAsync(exchange, Read.VersionedBytes, cancellationToken);
    }

    public ValueTask<Versioned<T>> GetVersionedAsync<T>(KvKey key, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.GetVersioned(exchange, key);
        return RunAsync(exchange, Read.Versioned<T>, cancellationToken);
    }

    public ValueTask<SwapResult> TrySetAsync(
        KvKey key, ReadOnlyMemory<byte> value, KeyVersion version, Expiry expiry = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.TrySet(exchange, key, value.Span, version, expiry);
        return RunAsync(exchange, Read.Swap, cancellationToken);
    }

    public ValueTask<SwapResult> TrySetAsync<T>(
        KvKey key, T value, KeyVersion version, Expiry expiry = default, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.TrySet(exchange, key, value, version, expiry);
        return RunAsync(exchange, Read.Swap, cancellationToken);
    }

    public ValueTask<SwapResult> TryDeleteAsync(KvKey key, KeyVersion version, CancellationToken cancellationToken = default)
    {
        Exchange exchange = router.Rent();
        Encode.TryDelete(exchange, key, version);
        return RunAsync(exchange, Read.Swap, cancellationToken);
    }

    public KeyValueBatch CreateBatch() => new(router.Rent());

    public IAsyncEnumerable<KvKey> ScanAsync(string? pattern = null, int pageSize = 1000, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, KeyScan.MaxPageSize);
        return KeyScan.RunAsync(router, pattern, pageSize, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<T> RunAsync<T>(Exchange exchange, ReplyReader<T> read, CancellationToken cancellationToken)
    {
        try
        {
            await exchange.RunAsync(cancellationToken).ConfigureAwait(false);
            return read(exchange[0]);
        }
        finally
        {
            exchange.Dispose();
        }
    }
}
