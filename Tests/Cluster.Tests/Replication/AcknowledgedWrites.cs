using System.Collections.Concurrent;
using System.Globalization;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>Writers that count up their keys through the client, and remember what was acknowledged.</summary>
internal sealed class AcknowledgedWrites(KvTestCluster cluster)
{
    private const int Writers = 4;
    private const int KeysEach = 40;

    private readonly ConcurrentDictionary<string, long> _last = new();
    private readonly CancellationTokenSource _stop = new();
    private Task[] _writers = [];
    private long _count;
    private long _failures;
    private volatile Exception? _lastFailure;

    /// <summary>How many were acknowledged.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>How many were refused, or ended without it being known whether they had happened.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>The last of those.</summary>
    public Exception? LastFailure => _lastFailure;

    /// <summary>Begins to write.</summary>
    public void Start() => _writers = [.. Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(w)))];

    /// <summary>So many more have been acknowledged.</summary>
    public async Task WhenMore(long writes)
    {
        long wanted = Count + writes;
        try
        {
            await Poll.UntilAsync($"{writes} more writes to be acknowledged", () => Count >= wanted);
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"{failure.Message} {Count - wanted + writes} were; the last failure: {_lastFailure}\n"
                + ClusterPicture.Of(cluster.Silos));
        }
    }

    /// <summary>Stops the writers, and finds everything that they know of.</summary>
    public async Task CheckAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
        Assert.NotEmpty(_last);
        foreach ((string key, long acknowledged) in _last)
        {
            long? found = null;
            await Poll.UntilAsync($"{key} to be served", async () =>
            {
                found = await cluster.Store.GetAsync<long>(key);
                return true;
            });
            Assert.True(found >= acknowledged, $"{key}: {acknowledged} was acknowledged, {found} is there");
        }
    }

    private async Task Write(int writer)
    {
        for (long i = 1; !_stop.IsCancellationRequested; i++)
        {
            for (int k = 0; k < KeysEach && !_stop.IsCancellationRequested; k++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{k}");
                try
                {
                    await cluster.Store.SetAsync(key, i);
                    _last[key] = i;
                    Interlocked.Increment(ref _count);
                }
                catch (KeyValueStoreException failure)
                {
                    Interlocked.Increment(ref _failures);
                    _lastFailure = failure; // not acknowledged: it may be there later, or not
                }
            }
        }
    }
}
