using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansKv.Client.Connection;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Store;

namespace OrleansKv.Client;

/// <summary>
/// A connection to an OrleansKv cluster. Applications with a host get one by <c>AddOrleansKvClient</c>, opened before anything of theirs
/// starts and closed after all of it has stopped; a script calls <see cref="ConnectAsync(string[])"/>. It has services of its own, so
/// that it can stand beside a silo or a client of another cluster. Any thread; keep one for the process.
/// </summary>
public sealed partial class OrleansKvConnection : IAsyncDisposable, IDisposable
{
    private readonly OrleansKvClientOptions _options;
    private readonly NodeEndpoint[] _endpoints;
    private readonly ConnectionWatch _watch;
    private readonly ILogger _log;
    private readonly IHost _host;
    private readonly Lazy<IKeyValueStore> _store;
    private int _isOpen;
    private int _isClosed;

    /// <summary>A connection that is not open yet.</summary>
    /// <exception cref="OptionsValidationException">Options cannot work; the message says which.</exception>
    internal OrleansKvConnection(OrleansKvClientOptions options, KeyValueStoreOptions storeOptions, ILoggerFactory? logs)
    {
        if (options.Problem() is { } problem)
            throw new OptionsValidationException(Options.DefaultName, typeof(OrleansKvClientOptions), [$"OrleansKv client: {problem}"]);
        _options = options;
        _endpoints = [.. options.Endpoints.Select(static e => NodeEndpoint.TryParse(e, out NodeEndpoint endpoint) ? endpoint : default)];
        _watch = new ConnectionWatch(logs);
        _log = logs?.CreateLogger<OrleansKvConnection>() ?? NullLogger<OrleansKvConnection>.Instance;
        _host = ClusterHost.Build(options, _endpoints, _watch, NodesChanged);
        _store = new Lazy<IKeyValueStore>(() => new KeyValueStore(new ShardRouter(Grains, storeOptions)));
    }

    /// <summary>The store of the cluster.</summary>
    public IKeyValueStore Store => _store.Value;

    internal IGrainFactory Grains => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Connects to the cluster of these nodes, each <c>host:port</c>.</summary>
    /// <exception cref="KeyValueStoreException">No node could be reached in 5 s; the message says why.</exception>
    public static Task<OrleansKvConnection> ConnectAsync(params string[] endpoints)
    {
        var options = new OrleansKvClientOptions();
        foreach (string endpoint in endpoints) options.Endpoints.Add(endpoint);
        return ConnectAsync(options);
    }

    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="storeOptions">How the store's client works.</param>
    /// <param name="logs">Where to say that the cluster is lost and found; Orleans' own lines go there at debug.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    /// <exception cref="KeyValueStoreException">No node could be reached in time; the message says why.</exception>
    public static async Task<OrleansKvConnection> ConnectAsync(
        OrleansKvClientOptions options,
        KeyValueStoreOptions? storeOptions = null,
        ILoggerFactory? logs = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = new OrleansKvConnection(options, storeOptions ?? new KeyValueStoreOptions(), logs);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the connection; operations that wait fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0) return;
        if (Volatile.Read(ref _isOpen) != 0) await _host.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The same, for containers that are not disposed of asynchronously.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task start = Task.Run(() => _host.StartAsync(patience.Token), CancellationToken.None);
        Task timeout = Task.Delay(_options.ConnectTimeout, cancellationToken);
        Task first = await Task.WhenAny(start, _watch.OtherCluster, timeout).ConfigureAwait(false);
        if (first == start && start.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _isOpen, 1);
            LogConnected(_options.ClusterId, string.Join(", ", _endpoints));
            return;
        }

        await patience.CancelAsync().ConfigureAwait(false);
        _ = start.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        string why = await ExplainAsync().ConfigureAwait(false);
        throw new KeyValueStoreException(KeyValueStoreError.Unavailable, why, start.Exception?.GetBaseException());
    }

    private async Task<string> ExplainAsync()
    {
        string cluster = $"cannot connect to the OrleansKv cluster '{_options.ClusterId}'";
        if (_watch.OtherCluster.IsCompleted)
        {
            string theirs = (await _watch.OtherCluster.ConfigureAwait(false)).Split('"') is [_, var id, ..] ? $"'{id}'" : "another";
            string advice = $"set {nameof(OrleansKvClientOptions.ClusterId)} to the nodes' --cluster-id";
            return $"{cluster}: the node at {string.Join(" or ", _endpoints)} belongs to the cluster {theirs}; {advice}";
        }

        string[] reasons = await Task.WhenAll(_endpoints.Select(Diagnose)).ConfigureAwait(false);
        return $"{cluster} within {_options.ConnectTimeout.TotalSeconds:0.###} s: {string.Join("; ", reasons)}";

        async Task<string> Diagnose(NodeEndpoint endpoint) =>
            $"{endpoint} {await ConnectionDiagnosis.Of(endpoint, _options.Tls is not null, _watch.TlsFailure).ConfigureAwait(false)}";
    }

    private void NodesChanged(int now, int before)
    {
        if (Volatile.Read(ref _isOpen) == 0 || Volatile.Read(ref _isClosed) != 0) return;
        if (now == 0 && before > 0) LogLost(_options.ClusterId);
        else if (now > 0 && before == 0) LogFound(_options.ClusterId);
    }

    [LoggerMessage(LogLevel.Information, "Connected to the OrleansKv cluster {Cluster} through {Endpoints}")]
    private partial void LogConnected(string cluster, string endpoints);

    [LoggerMessage(LogLevel.Warning, "No node of the OrleansKv cluster {Cluster} is connected any longer; operations fail meanwhile")]
    private partial void LogLost(string cluster);

    [LoggerMessage(LogLevel.Information, "The OrleansKv cluster {Cluster} is connected again")]
    private partial void LogFound(string cluster);
}
