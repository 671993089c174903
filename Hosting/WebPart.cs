using System.Diagnostics;
using OrleansKv.Gateway.Http;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting;

/// <summary>
/// The HTTP port. It opens once the store serves; or earlier, when recovery takes so long that health checks want an answer. Starting
/// Kestrel costs some 100 ms that a short start need not wait for.
/// </summary>
internal sealed class WebPart : IMetricsSource, IDisposable
{
    /// <summary>Recovery time after which the port opens without waiting for it, ms.</summary>
    private const int PatienceMs = 500;

    private readonly ServerOptions _options;
    private readonly ServerConsole _console;
    private readonly Lock _lock = new();
    private readonly Timer _early;
    private volatile IMetricsSource? _source;
    private long _readBytes;
    private long _totalBytes;
    private HttpServer? _server;
    private bool _started;
    private bool _disposed;

    public WebPart(ServerOptions options, ServerConsole console)
    {
        _options = options;
        _console = console;
        _early = new Timer(_ => Open(), null, PatienceMs, Timeout.Infinite);
    }

    /// <summary>Timestamp of the start, from which the uptime counts.</summary>
    public long Started { get; } = Stopwatch.GetTimestamp();

    /// <summary>Bytes read of those to read; from recovery's threads.</summary>
    public void Progress(long done, long all)
    {
        Volatile.Write(ref _totalBytes, all);
        Volatile.Write(ref _readBytes, done);
    }

    /// <summary>
    /// From now on the numbers are the store's. The port opens in the background; that it cannot be is said, and the store serves all the
    /// same.
    /// </summary>
    public void Serve(IMetricsSource source)
    {
        _source = source;
        _early.Change(0, Timeout.Infinite);
    }

    public MetricsReport Collect()
    {
        if (_source is { } source) return source.Collect();
        return ProcessReport.Recovering(_options, Started, Health(), Volatile.Read(ref _readBytes), Volatile.Read(ref _totalBytes));
    }

    public HealthReport Health()
    {
        if (_source is { } source) return source.Health();
        long total = Volatile.Read(ref _totalBytes);
        return HealthReport.Recovering(total == 0 ? "starting" : $"recovering: {Volatile.Read(ref _readBytes) >> 20} of {total >> 20} MiB");
    }

    public void Dispose()
    {
        _early.Dispose();
        lock (_lock)
        {
            _disposed = true;
            _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private void Open()
    {
        if (_options.HttpPort == 0) return;
        lock (_lock)
        {
            if (_started || _disposed) return;
            _started = true;
            (_server, string? error) = HttpServer.StartAsync(_options.Bind, _options.HttpPort, this, _console.Notice).GetAwaiter()
                .GetResult();
            if (error is null) _console.StatusPage();
            else _console.Notice(error + ". The store serves without its status page");
        }
    }
}
