using OrleansKv.Grains;
using OrleansKv.Grains.Routing;

namespace OrleansKv.Client.Routing;

/// <summary>
/// The newest cluster map that the client has seen, fetched when it has none and when a shard knows a newer one. Any thread.
/// </summary>
internal sealed class MapSource
{
    /// <summary>Time between tries to get the first map, ms: a cluster forms in seconds.</summary>
    private const int PollMs = 50;

    private readonly TimeSpan _timeout;
    private readonly MapFetcher _fetcher;
    private readonly Lock _lock = new();
    private volatile ClusterMap _current = ClusterMap.None;

    public MapSource(IGrainFactory grains, TimeSpan timeout)
    {
        _timeout = timeout;
        _fetcher = new MapFetcher(grains, () => _current, Take);
    }

    public ClusterMap Current => _current;

    /// <summary>The map as soon as there is one.</summary>
    /// <exception cref="KeyValueStoreException">There was none in time: nothing could be sent.</exception>
    public async Task<ClusterMap> WhenKnown(CancellationToken cancellationToken)
    {
        long start = Environment.TickCount64;
        while (_current.IsEmpty)
        {
            Exception? failure = null;
            try
            {
                await _fetcher.Fetch().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failure = thrown;
            }

            if (!_current.IsEmpty) break;
            if (Environment.TickCount64 - start >= _timeout.TotalMilliseconds)
            {
                string why = failure is null
                    ? "no node has joined the cluster yet"
                    : "the cluster's map cannot be read: " + failure.Message;
                throw new KeyValueStoreException(KeyValueStoreError.Unavailable, why, failure);
            }

            await Task.Delay(PollMs, cancellationToken).ConfigureAwait(false);
        }

        return _current;
    }

    /// <summary>Fetches a newer map in the background.</summary>
    public void Refresh() => _fetcher.FetchSoon();

    private void Take(ClusterMap? newer)
    {
        lock (_lock)
        {
            if (newer is not null && newer.Version > _current.Version) _current = newer;
        }
    }
}
