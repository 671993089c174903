using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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

namespace OrleansKv.Hosting;

/// <summary>
/// What every server of ours starts with: its store and its port. They throw <see cref="StartException"/> with the one line for an
/// operator.
/// </summary>
internal static class ServerParts
{
    /// <summary>
    /// As Redis: a terminal that goes away (SIGHUP) ends nothing, recovery included. Not on Windows, where it means that the system ends us
    /// in any case.
    /// </summary>
    public static void IgnoreHangup(List<IDisposable> parts)
    {
        if (!OperatingSystem.IsWindows())
            parts.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true));
    }

    /// <summary>
    /// Descriptors that are not clients': the runtime and its assemblies (122 measured with the status page open), HTTP (64), journal,
    /// snapshots and what comes for a moment. Out of descriptors the runtime ends the process, so clients are refused before.
    /// </summary>
    public const int OwnDescriptors = 256;

    /// <summary>
    /// As Redis: no more clients than the system lets us have sockets, at the start and with each CONFIG SET. One line says so.
    /// </summary>
    public static void LimitClients(RuntimeConfig config, ServerConsole console, int ownDescriptors)
    {
        long limit = DescriptorLimit.Current, most = limit - ownDescriptors;
        if (most < 1) throw new StartException(
            $"'ulimit -n' is {limit}: the server needs {ownDescriptors} descriptors for itself and one a client. Raise the limit");
        config.AddCheck("maxclients", wanted => wanted.MaxClients <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"The operating system is not able to handle the specified number of clients, try with {most}"));
        long given = config.Current.MaxClients;
        if (given <= most) return;
        console.Notice($"maxclients is {most} instead of {given}: 'ulimit -n' is {limit}, and {ownDescriptors} of them are for the "
            + $"server itself. Raise it for more.");
        config.Set("maxclients", most.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Takes the folder and recovers what is in it; the folder's lock is added to the parts, the store is the caller's to add.
    /// </summary>
    public static NodeStore OpenStore(RuntimeConfig config, ServerConsole console, WebPart? web, List<IDisposable> parts,
        bool leadsShards = true)
    {
        ServerOptions options = config.Current;
        StoreOptions storeOptions = LiveSettings.StoreOptionsOf(options, console.Fault) with { LeadsShards = leadsShards };
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
        catch (Exception failure) when (failure is Engine.CorruptionException or InvalidDataException or FolderInUseException)
        {
            throw new StartException(failure.Message); // they say what to do
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string folder = Path.GetFullPath(options.DataDir);
            throw new StartException(
                $"the data folder {folder} cannot be used: {Reason(folder, failure)}, or name another folder with --data-dir");
        }
    }

    /// <summary>Refuses a store in which a whole copy of a leader was being loaded: it has a part of the keys.</summary>
    public static void RefusePart(NodeStore store, ServerOptions options)
    {
        if (store.Links.IsPartial)
            throw new StartException($"{Path.GetFullPath(options.DataDir)} has only a part of the keys of a leader that this server "
                + $"followed: start it with --replica-of again, or with an empty folder");
    }

    // What is wrong; what to do. On Unix an IOException carries the errno as its HResult.
    private static string Reason(string folder, Exception failure)
    {
        const int NoSpace = 28, ReadOnly = 30, OverQuota = 122;
        string message = failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
        if (File.Exists(folder)) return "it is a file; move it away";
        return failure switch
        {
            UnauthorizedAccessException => $"{message}; give it to the user {Environment.UserName}, who runs the server",
            { HResult: ReadOnly } when !OperatingSystem.IsWindows() => "its file system is read-only; mount it for writing",
            { HResult: NoSpace or OverQuota } when !OperatingSystem.IsWindows() => "its disk is full; free some space",
            _ => $"{message}; put that right",
        };
    }

    /// <summary>Takes the port for clients; they are served from <see cref="Listen"/> on.</summary>
    public static Listener Bind(
        GatewayServer gateway, ServerOptions options, SslStreamCertificateContext? certificate, NodeStore store, List<IDisposable> parts)
    {
        var listenerOptions = new ListenerOptions(options.Bind, options.Port);
        Worker NewWorker(int id) => new(id, store.CreateLockSet(), gateway.Metrics.AddWorker());
        ITransport transport = OperatingSystem.IsLinux() && certificate is null
            ? new EpollTransport(gateway, options.Workers, NewWorker, asNeeded: !options.WorkersGiven)
            : new StreamTransport(gateway, certificate, NewWorker);
        parts.Add(transport);
        try
        {
            var listener = Listener.Bind(listenerOptions, transport, gateway.Faults.OnNotice);
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

    /// <summary>
    /// The server's certificate, the first of the file, with its key, and the authorities between it and the root, the rest of the file:
    /// clients are sent all.
    /// </summary>
    public static SslStreamCertificateContext LoadCertificate(ServerOptions options)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.TlsCert);
            return SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPemFile(options.TlsCert, options.TlsKey), chain, offline: true);
        }
        catch (Exception failure) when (
            failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"the certificate {options.TlsCert} with the key {options.TlsKey} cannot be used: {failure.Message}");
        }
    }

    private static StartException CannotListen(ServerOptions options, SocketException failure) =>
        new($"cannot listen on {string.Join(", ", options.Bind)} port {options.Port}: {failure.Message}. Is another server running? "
        + $"Choose another with --port");
}
