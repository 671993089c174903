using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Transport.Streams;

/// <summary>The portable transport, on .NET's sockets: for TLS, and for systems without epoll. One task a connection.</summary>
internal sealed class StreamTransport(GatewayServer server, SslStreamCertificateContext? certificate, Func<int, Worker> createWorker)
    : ITransport
{
    private readonly HashSet<StreamConnection> _connections = [];
    private readonly Lock _lock = new();
    private readonly ConcurrentBag<Worker> _idle = []; // a worker's counters live as long as the process, so workers are used again
    private int _nextWorker;

    public void Adopt(Socket socket)
    {
        if (!_idle.TryTake(out Worker? worker)) worker = createWorker(Interlocked.Increment(ref _nextWorker));
        var connection = new StreamConnection(socket, server, certificate, worker);
        lock (_lock) _connections.Add(connection);
        _ = Task.Run(async () =>
        {
            await connection.RunAsync().ConfigureAwait(false);
            lock (_lock) _connections.Remove(connection);
            _idle.Add(worker);
        });
    }

    public void Dispose()
    {
        StreamConnection[] open;
        lock (_lock) open = [.. _connections];
        foreach (StreamConnection connection in open) connection.Abort();
        Task.WhenAll(open.Select(c => c.Finished)).Wait();
    }
}
