using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Transport;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Gateway.Transport.Streams;

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
    private NodeStore _store = null!;

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

    /// <summary>Blocks until a stop is asked for; returns the exit code.</summary>
    public int WaitForStop()
    {
        ShutdownRequest request = _stop.Task.GetAwaiter().GetResult();
        Console.Out.WriteLine("Stopping.");
        if (request.Save == true && _store.Snapshots is { } snapshots && !snapshots.Save())
        {
            Console.Error.WriteLine($"orleanskv: the snapshot failed: {snapshots.Status.LastError}. The journal has everything.");
        }

        return 0;
    }

    public void Dispose()
    {
        for (int i = _parts.Count - 1; i >= 0; i--) _parts[i].Dispose();
        _parts.Clear();
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
    }

    private void StartParts(RuntimeConfig config)
    {
        ServerOptions options = config.Current;
        X509Certificate2? certificate = options.UsesTls ? LoadCertificate(options) : null;
        var console = new ServerConsole(options);
        var web = new WebPart(options, console);
        _parts.Add(web);
        _store = OpenStore(options, console, web);
        _parts.Add(_store);

        var host = new EmbeddedHost(_store, config, request => _stop.TrySetResult(request));
        var dispatcher = new LocalShardDispatcher(_store, isVolatile: !options.Persistence);
        var gateway = new GatewayServer(dispatcher, TimeProvider.System)
        {
            Control = host,
            Config = config,
            Faults = new FaultReporter(console.Fault) { OnHandshake = console.Line },
        };
        host.Front = gateway;
        _store.Listener = gateway.Notifier;
        LiveSettings.Apply(options, _store, dispatcher);
        config.OnChange((_, now) => LiveSettings.Apply(now, _store, dispatcher));

        Listen(gateway, options, certificate);
        _parts.Add(new SecondTick(gateway));
        web.Serve(host);
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                host.Shutdown(new ShutdownRequest(null, Now: false, Force: false));
            }));
        }

        console.Ready(_store);
    }

    private NodeStore OpenStore(ServerOptions options, ServerConsole console, WebPart web)
    {
        StoreOptions storeOptions = LiveSettings.StoreOptionsOf(options);
        if (!options.Persistence) return NodeStore.InMemory(storeOptions);
        try
        {
            var disk = new PhysicalDisk(options.DataDir);
            _parts.Add(FolderLock.Take(disk.Folder));
            IDisk used = LiveSettings.HasFaults(options) ? new FaultyDisk(disk, options) : disk;
            NodeStore store = NodeStore.Open(storeOptions, used, (done, all) =>
            {
                web.Progress(done, all);
                console.Progress(done, all);
            });
            console.KeepsShards(store.Map.ShardCount, options);
            return store;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Engine.CorruptionException or InvalidDataException)
        {
            throw new StartException(failure is UnauthorizedAccessException or IOException && !failure.Message.Contains(Path.GetFullPath(options.DataDir), StringComparison.Ordinal)
                ? $"the data folder {Path.GetFullPath(options.DataDir)} cannot be used: {failure.Message}"
                : failure.Message);
        }
    }

    private void Listen(GatewayServer gateway, ServerOptions options, X509Certificate2? certificate)
    {
        var listenerOptions = new ListenerOptions(options.Bind, options.Port, options.Workers, certificate);
        Worker NewWorker(int id) => new(id, _store.CreateLockSet(), gateway.Metrics.AddWorker());
        ITransport transport = OperatingSystem.IsLinux() && certificate is null
            ? new EpollTransport(gateway, options.Workers, NewWorker)
            : new StreamTransport(gateway, certificate, NewWorker);
        _parts.Add(transport);
        try
        {
            var listener = Listener.Bind(listenerOptions, transport);
            _parts.Add(listener);
            listener.Start();
        }
        catch (SocketException failure)
        {
            throw new StartException($"cannot listen on {string.Join(", ", options.Bind)} port {options.Port}: {failure.Message}. Is another server running? Choose another with --port");
        }
    }

    private static X509Certificate2 LoadCertificate(ServerOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.TlsCert, options.TlsKey);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"the certificate {options.TlsCert} with the key {options.TlsKey} cannot be used: {failure.Message}");
        }
    }
}
