using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Transport;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Gateway.Transport.Streams;

namespace OrleansKv.Embedded;

/// <summary>What every server of ours starts with: its store and its port. They throw <see cref="StartException"/> with the one line for an operator.</summary>
internal static class ServerParts
{
    /// <summary>Takes the folder and recovers what is in it; the folder's lock is added to the parts, the store is the caller's to add.</summary>
    public static NodeStore OpenStore(RuntimeConfig config, ServerConsole console, WebPart? web, List<IDisposable> parts)
    {
        ServerOptions options = config.Current;
        StoreOptions storeOptions = LiveSettings.StoreOptionsOf(options);
        if (!options.Persistence) return NodeStore.InMemory(storeOptions);
        try
        {
            var disk = new PhysicalDisk(options.DataDir);
            parts.Add(FolderLock.Take(disk.Folder));
            NodeStore store = NodeStore.Open(storeOptions, new FaultyDisk(disk, config), (done, all) =>
            {
                web?.Progress(done, all);
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

    /// <summary>Takes the port for clients; they are served from <see cref="Listen"/> on.</summary>
    public static Listener Bind(GatewayServer gateway, ServerOptions options, SslStreamCertificateContext? certificate, NodeStore store, List<IDisposable> parts)
    {
        var listenerOptions = new ListenerOptions(options.Bind, options.Port);
        Worker NewWorker(int id) => new(id, store.CreateLockSet(), gateway.Metrics.AddWorker());
        ITransport transport = OperatingSystem.IsLinux() && certificate is null
            ? new EpollTransport(gateway, options.Workers, NewWorker)
            : new StreamTransport(gateway, certificate, NewWorker);
        parts.Add(transport);
        try
        {
            var listener = Listener.Bind(listenerOptions, transport);
            parts.Add(listener);
            return listener;
        }
        catch (SocketException failure)
        {
            throw CannotListen(options, failure);
        }
    }

    /// <summary>Opens the port for clients.</summary>
    public static void Listen(Listener listener, ServerOptions options)
    {
        try
        {
            listener.Start();
        }
        catch (SocketException failure)
        {
            throw CannotListen(options, failure);
        }
    }

    /// <summary>The server's certificate, the first of the file, with its key, and the authorities between it and the root, the rest of the file: clients are sent all.</summary>
    public static SslStreamCertificateContext LoadCertificate(ServerOptions options)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.TlsCert);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(options.TlsCert, options.TlsKey), chain, offline: true);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"the certificate {options.TlsCert} with the key {options.TlsKey} cannot be used: {failure.Message}");
        }
    }

    private static StartException CannotListen(ServerOptions options, SocketException failure) =>
        new($"cannot listen on {string.Join(", ", options.Bind)} port {options.Port}: {failure.Message}. Is another server running? Choose another with --port");
}
