using System.Diagnostics;
using System.Net.Security;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OrleansKv.Embedded.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Logging;

namespace OrleansKv.Embedded;

/// <summary>
/// The one-process server: folder lock, store, gateway, HTTP, in this order; and back. Started and stopped by the main thread; a signal or
/// SHUTDOWN asks it to stop.
/// </summary>
internal sealed class EmbeddedServer : IDisposable
{
    private readonly TaskCompletionSource<ShutdownRequest> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _parts = []; // disposed last to first
    private readonly List<PosixSignalRegistration> _signals = [];
    private ServerConsole _console = null!;
    private NodeStore _store = null!;
    private StorageWatch? _storage;

    /// <summary>The process's, when everything is closed.</summary>
    public int ExitCode => _storage?.ExitCode ?? 0;

    /// <summary>Throws <see cref="StartException"/>.</summary>
    public static EmbeddedServer Start(RuntimeConfig config)
    {
        var server = new EmbeddedServer();
        try
        {
            server.StartParts(config);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Blocks until a stop is asked for.</summary>
    public void WaitForStop()
    {
        ShutdownRequest request = _stop.Task.GetAwaiter().GetResult();
        _console.Notice("Stopping");
        if (request.Save == true) _store.Snapshots?.Save(); // what goes wrong is told below
    }

    public void Dispose()
    {
        for (int i = _parts.Count - 1; i >= 0; i--) _parts[i].Dispose();
        _parts.Clear();
        _storage?.Look();
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
    }

    private void StartParts(RuntimeConfig config)
    {
        ILoggerFactory logs = LoggerFactory.Create(builder => ServerLogging.Configure(builder, config));
        _parts.Add(logs);
        var console = _console = new ServerConsole(config.Current, logs.CreateLogger<ServerConsole>());
        ServerParts.IgnoreHangup(_parts);
        ServerParts.LimitClients(config, console, ServerParts.OwnDescriptors);
        ServerOptions options = config.Current;
        SslStreamCertificateContext? certificate = options.UsesTls ? ServerParts.LoadCertificate(options) : null;
        var web = new WebPart(options, console);
        _parts.Add(web);
        bool follows = !options.ReplicaOf.IsNone;
        _store = ServerParts.OpenStore(config, console, web, _parts, leadsShards: !follows);
        _parts.Add(_store);
        if (!follows) ServerParts.RefusePart(_store, options);
        if (follows && _store.Map.HasMoves)
            throw new StartException($"a rebalance is under way in {Path.GetFullPath(options.DataDir)}: start the server without "
                + $"--replica-of until it is over");
        if (follows) _store.Links.Follow();
        _storage = new StorageWatch(_store, logs.CreateLogger<StorageWatch>());

        var host = new StoreHost(_store, config, request => _stop.TrySetResult(request)) { Started = web.Started };
        var dispatcher = new LocalShardDispatcher(_store, isVolatile: !options.Persistence);
        var gateway = new GatewayServer(dispatcher, TimeProvider.System)
        {
            Control = host,
            Config = config,
            Faults = new FaultReporter(console.Fault) { OnNotice = console.Notice },
        };
        host.Front = gateway;
        var links = new ServerLinks(_store, config, gateway.RunId, console.Notice);
        host.Links = links;
        host.FollowerCount = links.StartCount;
        config.Show("shards", () => (long)_store.Map.ShardCount);
        _store.Listener = gateway.Notifier;
        _store.Housekeeper.IsPaused = () => gateway.Pause.IsActive;
        LiveSettings.Apply(options, _store, level => dispatcher.DefaultDurability = level);
        config.OnChange((_, now) => LiveSettings.Apply(now, _store, level => dispatcher.DefaultDurability = level));

        ServerParts.Listen(ServerParts.Bind(gateway, options, certificate, _store, _parts), options);
        _parts.Add(new SecondTick(gateway, _storage));
        _parts.Add(links);
        web.Serve(host);
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                host.Shutdown(new ShutdownRequest(null, Now: false, Force: false));
            }));
        }

        console.Started("orleanskv");
        console.Ready(_store);
        links.Start();
    }
}
