using OrleansKv.Grains;

namespace OrleansKv.Client.Routing;

/// <summary>
/// The newest cluster map that the client has seen, fetched when it has none and when a shard knows a newer one. Any thread.
/// </summary>
internal sealed class MapSource(IGrainFactory grains, TimeSpan timeout)
{
    /// <summary>Time between tries to get the first map, ms: a cluster forms in seconds.</summary>
    private const int PollMs = 50;

    private readonly Lock _lock = new();
    private volatile ClusterMap _current = ClusterMap.None;
    private Task? _fetching;

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
                await Fetch().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failure = thrown;
            }

            if (!_current.IsEmpty) break;
            if (Environment.TickCount64 - start >= timeout.TotalMilliseconds)
            {
                string why = failure is null ? "no node has joined the cluster yet" : "the cluster's map cannot be read: "
                    + failure.Message;
                throw new KeyValueStoreException(KeyValueStoreError.Unavailable, why, failure);
            }

            await Task.Delay(PollMs, cancellationToken).ConfigureAwait(false);
        }

        return _current;
    }

    /// <summary>Fetches a newer map in the background. Should it fail, the next reply that knows one asks again.</summary>
    public void Refresh() =>
        Fetch().ContinueWith(static t => _ = t.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    // Those who ask meanwhile share the answer.
    private Task Fetch()
    {
        lock (_lock)
        {
            if (_fetching is { IsCompleted: false }) return _fetching;
            // Off the caller's grain and request: others wait for it too.
            bool suppressed = ExecutionContext.IsFlowSuppressed();
            if (!suppressed) ExecutionContext.SuppressFlow();
            try
            {
                return _fetching = Task.Run(FetchNow);
            }
            finally
            {
                if (!suppressed) ExecutionContext.RestoreFlow();
            }
        }
    }

    private async Task FetchNow()
    {
        ClusterMap? newer = await grains.GetGrain<ISlotMapGrain>(0).Get(_current.Version).ConfigureAwait(false);
        if (newer is not null && newer.Version > _current.Version) _current = newer;
    }
}
