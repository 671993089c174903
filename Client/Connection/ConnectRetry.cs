namespace OrleansKv.Client.Connection;

/// <summary>Has Orleans' client try again until the start's time is up, but not where every node is another cluster's.</summary>
internal sealed class ConnectRetry(ConnectionWatch watch) : IClientConnectionRetryFilter
{
    /// <summary>Time between tries, ms: a node that has just been started is found soon, and no processor is kept busy.</summary>
    public const int RetryMs = 200;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (watch.OtherCluster.IsCompleted) return false;
        await Task.Delay(RetryMs, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
