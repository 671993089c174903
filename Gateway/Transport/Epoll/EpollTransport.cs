using System.Net.Sockets;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>Spreads accepted sockets over the I/O threads, each new one to the thread with the fewest.</summary>
internal sealed class EpollTransport : ITransport
{
    private readonly EpollWorker[] _workers;

    public EpollTransport(GatewayServer server, int workers, Func<int, Worker> createWorker)
    {
        _workers = new EpollWorker[workers];
        for (int i = 0; i < workers; i++) _workers[i] = new EpollWorker(server, createWorker(i));
        foreach (EpollWorker worker in _workers) worker.Start();
    }

    public void Adopt(Socket socket) => _workers.MinBy(w => w.ConnectionCount)!.Adopt(socket);

    public void Dispose()
    {
        foreach (EpollWorker worker in _workers) worker.Dispose();
    }
}
