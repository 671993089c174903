using System.Net.Sockets;

namespace OrleansKv.Bench.Platform;

/// <summary>
/// The poller of platforms without epoll, on Socket.Select. Thread: one worker's. It makes lists for every wait and looks at every
/// socket: right, but not for records.
/// </summary>
internal sealed class SelectPoller : IReadinessPoller
{
    private readonly Dictionary<Socket, int> _tokens = [];
    private readonly HashSet<Socket> _writers = [];

    public void Add(Socket socket, int token) => _tokens.Add(socket, token);

    public void WatchWrites(Socket socket, int token, bool on)
    {
        if (on)
        {
            _writers.Add(socket);
        }
        else
        {
            _writers.Remove(socket);
        }
    }

    public int Wait(Span<int> ready, int timeoutMs)
    {
        var readable = new List<Socket>(_tokens.Keys);
        var writable = new List<Socket>(_writers);
        Socket.Select(readable, writable.Count == 0 ? null : writable, null, timeoutMs * 1000);
        int count = 0;
        foreach (Socket socket in readable.Union(writable))
        {
            if (count == ready.Length) break;
            ready[count++] = _tokens[socket];
        }

        return count;
    }

    public void Dispose()
    {
    }
}
