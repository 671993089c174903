using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansKv.Gateway.Metrics;
using KestrelOptions = Microsoft.Extensions.Options.Options;

namespace OrleansKv.Gateway.Http;

/// <summary>
/// The HTTP port: status page, /metrics, /health. Kestrel by itself, without host, container, configuration or logging: nothing is
/// written to the console, and it starts in a fraction of a WebApplication's time (28 ms against 70 ms on
/// 2 cores). Start once, dispose once; any thread.
/// </summary>
public sealed class HttpServer : IAsyncDisposable
{
    /// <summary>A few browsers and scrapers; more is a mistake or an attack, and must not take the store's memory or descriptors.</summary>
    private const int MaxConnections = 64;

    /// <summary>No page takes a body; a megabyte leaves room for an admin form.</summary>
    private const long MaxBodyBytes = 1 << 20;

    private readonly KestrelServer _kestrel;

    private HttpServer(KestrelServer kestrel) => _kestrel = kestrel;

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:9100</c>.</summary>
    public IReadOnlyList<string> Addresses => [.. _kestrel.Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Starts to listen. On failure the server is null and the error one line for the user.</summary>
    /// <param name="bind">Addresses of the server; with loopback ones alone, other names in the Host header are refused.</param>
    /// <param name="port">1 to 65535; 0 takes any free one (tests).</param>
    /// <param name="source">The numbers.</param>
    /// <param name="onError">Told in one line when a request fails by a bug of ours.</param>
    public static async Task<(HttpServer? Server, string? Error)> StartAsync(
        IReadOnlyList<IPAddress> bind, int port, IMetricsSource source, Action<string>? onError = null)
    {
        KestrelServer kestrel = Create(bind, port);
        try
        {
            await kestrel.StartAsync(new HttpApplication(new HttpRoutes(source, new HostCheck(bind)), onError), CancellationToken.None);
            return (new HttpServer(kestrel), null);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            kestrel.Dispose();
            return (null, $"cannot listen for HTTP on {string.Join(", ", bind)} port {port}: {Reason(e)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        now.Cancel(); // requests take microseconds: nothing is worth waiting for
        await _kestrel.StopAsync(now.Token);
        _kestrel.Dispose();
    }

    private static KestrelServer Create(IReadOnlyList<IPAddress> bind, int port)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = MaxBodyBytes;
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60); // the page asks each second
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        foreach (IPAddress address in bind) options.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);

        var transport = new SocketTransportOptions { IOQueueCount = 1 }; // a page a second needs no more threads
        return new KestrelServer(KestrelOptions.Create(options),
            new SocketTransportFactory(KestrelOptions.Create(transport), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    private static string Reason(Exception e) => (e.InnerException ?? e, e.InnerException?.InnerException) switch
    {
        (AddressInUseException, _) or (SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }, _) =>
            "another program has it; choose one with --http-port, or 0 for none",
        (SocketException { SocketErrorCode: SocketError.AccessDenied }, _) =>
            "no permission (ports below 1024 need privileges); choose one with --http-port",
        (SocketException { SocketErrorCode: SocketError.AddressNotAvailable }, _) => "this machine has no such address; see --bind",
        (var inner, _) => inner.Message.ReplaceLineEndings(" "),
    };
}
