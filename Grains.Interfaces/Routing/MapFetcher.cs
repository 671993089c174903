namespace OrleansKv.Grains.Routing;

/// <summary>Asks the map's grain for a newer cluster map; those who ask meanwhile share the answer. Any thread.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="known">The map that is known already.</param>
/// <param name="answered">Hears of each answer: a newer map, or null when there is none. On a pool thread.</param>
internal sealed class MapFetcher(IGrainFactory grains, Func<ClusterMap> known, Action<ClusterMap?> answered)
{
    private readonly Lock _lock = new();
    private Task? _fetching;

    /// <summary>Ends when the answer has been handed on; throws what the call throws.</summary>
    public Task Fetch()
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

    /// <summary>Fetches in the background. Should it fail, the next one who finds the map old asks again.</summary>
    public void FetchSoon() =>
        Fetch().ContinueWith(static t => _ = t.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task FetchNow()
    {
        ClusterMap map = known();
        ClusterMapUpdate? newer = await grains.GetGrain<ISlotMapGrain>(0).Get(map.Version, map.Slots.Id).ConfigureAwait(false);
        answered(newer?.With(map.Slots));
    }
}
