using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Store;
using OrleansKv.Client.Wire;

namespace OrleansKv.Client.Caching;

/// <summary>
/// ASP.NET's cache in the store; also what HybridCache asks of one. A read of an entry with a sliding window starts the window again,
/// unless somebody changed the entry since. The synchronous methods block a thread for a round trip. Any thread.
/// </summary>
internal sealed class DistributedCache(ShardRouter router, IOptions<OrleansKvCacheOptions> options) : IBufferDistributedCache
{
    private readonly string _prefix = options.Value.KeyPrefix;
    private readonly TimeProvider _time = options.Value.Time;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        using Exchange exchange = router.Rent();
        if (!await FindAsync(exchange, KeyOf(key), token).ConfigureAwait(false)) return null;
        return Value(exchange).ToArray();
    }

    public bool TryGet(string key, IBufferWriter<byte> destination) => TryGetAsync(key, destination).AsTask().GetAwaiter().GetResult();

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using Exchange exchange = router.Rent();
        if (!await FindAsync(exchange, KeyOf(key), token).ConfigureAwait(false)) return false;
        destination.Write(Value(exchange));
        return true;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).GetAwaiter().GetResult();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).AsTask().GetAwaiter().GetResult();

    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        (CacheEntry entry, Expiry expiry) = EntryOf(options);
        using Exchange exchange = router.Rent();
        Write(exchange, KeyOf(key), entry, value, expiry);
        await exchange.RunAsync(token).ConfigureAwait(false);
        Read.IsOk(exchange[0]);
    }

    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        KvKey stored = KeyOf(key);
        using Exchange exchange = router.Rent();
        Encode.GetVersionedHead(exchange, stored, CacheEntry.HeaderBytes);
        await exchange.RunAsync(token).ConfigureAwait(false);
        if (TryEntry(exchange, out CacheEntry entry, out KeyVersion version) && entry.SlidingMs > 0)
            await SlideAsync(stored, version, entry, token).ConfigureAwait(false);
    }

    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        using Exchange exchange = router.Rent();
        Encode.Delete(exchange, KeyOf(key));
        await exchange.RunAsync(token).ConfigureAwait(false);
        Read.IsOne(exchange[0]);
    }

    // Brings the entry into the exchange, and starts its window again.
    private async ValueTask<bool> FindAsync(Exchange exchange, KvKey key, CancellationToken token)
    {
        Encode.GetVersioned(exchange, key);
        await exchange.RunAsync(token).ConfigureAwait(false);
        if (!TryEntry(exchange, out CacheEntry entry, out KeyVersion version)) return false;
        if (entry.SlidingMs == 0) return true;
        try
        {
            await SlideAsync(key, version, entry, token).ConfigureAwait(false);
        }
        catch (KeyValueStoreException)
        {
            // The value is here; it goes sooner than it should, which a cache may do.
        }

        return true;
    }

    private async ValueTask SlideAsync(KvKey key, KeyVersion version, CacheEntry entry, CancellationToken token)
    {
        using Exchange exchange = router.Rent();
        Encode.TryExpire(exchange, key, version, entry.WindowAt(NowMs));
        await exchange.RunAsync(token).ConfigureAwait(false);
        Read.Swap(exchange[0]); // lost to another reader, who has started the window, or to a writer
    }

    private static void Write(Exchange exchange, KvKey key, CacheEntry entry, in ReadOnlySequence<byte> value, Expiry expiry)
    {
        Span<byte> head = stackalloc byte[CacheEntry.HeaderBytes];
        entry.Write(head);
        Encode.Set(exchange, key, head, value, expiry);
    }

    private static bool TryEntry(Exchange exchange, out CacheEntry entry, out KeyVersion version)
    {
        Replies replies = exchange[0];
        version = Read.Version(replies[0]);
        entry = default;
        return Resp.TryBulk(replies[1], out ReadOnlySpan<byte> bytes) && CacheEntry.TryRead(bytes, out entry);
    }

    private static ReadOnlySpan<byte> Value(Exchange exchange)
    {
        Resp.TryBulk(exchange[0][1], out ReadOnlySpan<byte> bytes);
        return bytes[CacheEntry.HeaderBytes..];
    }

    private KvKey KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _prefix + key;
    }

    // The time relative to now counts before the absolute one, as in ASP.NET's own caches.
    private (CacheEntry Entry, Expiry Expiry) EntryOf(DistributedCacheEntryOptions options)
    {
        long now = NowMs;
        long end = options.AbsoluteExpirationRelativeToNow is { } relative
            ? now + Ms(relative)
            : options.AbsoluteExpiration?.ToUnixTimeMilliseconds() ?? 0;
        if (options.AbsoluteExpiration is not null && end <= now)
            throw new ArgumentOutOfRangeException(
                nameof(options), options.AbsoluteExpiration, "the absolute expiration must be in the future");
        if (options.SlidingExpiration is { } window)
        {
            var entry = new CacheEntry(Ms(window), end);
            return (entry, entry.WindowAt(now));
        }

        if (options.AbsoluteExpirationRelativeToNow is { } time) return (default, time);
        return (default, options.AbsoluteExpiration is { } point ? Expiry.At(point) : Expiry.Never);
    }

    private static long Ms(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
