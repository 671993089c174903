using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Platform;

namespace OrleansKv.Bench.SelfTest;

/// <summary>
/// A server that answers a load of one command without understanding it, as cheaply as can be: it counts bytes. It is told the one
/// request layout it gets; a SET is answered +OK, a GET with the value of its key. Its own thread owns everything but the stop flag.
/// </summary>
internal sealed class CannedServer : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private const int WaitMs = 50;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<(Socket Socket, byte[] Pending, int PendingSize)> _clients = [];
    private readonly CannedReplies _replies;
    private readonly byte[] _in = new byte[BufferBytes];
    private readonly int? _cpu;
    private readonly Thread _thread;
    private volatile bool _stop;

    public CannedServer(LoadOptions options, int? cpu)
    {
        _cpu = cpu;
        _replies = new CannedReplies(options);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(options.Connections + 8);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _thread = new Thread(Run) { Name = "canned server", IsBackground = true };
        _thread.Start();
    }

    public IPEndPoint EndPoint { get; }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _listener.Dispose();
    }

    private void Run()
    {
        if (_cpu is int cpu) CpuPin.CurrentThread(cpu);
        using IReadinessPoller poller = ReadinessPoller.Create();
        _listener.Blocking = false;
        poller.Add(_listener, -1);
        Span<int> ready = stackalloc int[256];
        while (!_stop)
        {
            int count = poller.Wait(ready, WaitMs);
            for (int i = 0; i < count; i++)
            {
                if (ready[i] < 0)
                {
                    Accept(poller);
                }
                else
                {
                    Serve(ready[i]);
                }
            }
        }

        _clients.ForEach(c => c.Socket.Dispose());
    }

    private void Accept(IReadinessPoller poller)
    {
        Socket socket = _listener.Accept();
        socket.Blocking = true;
        socket.NoDelay = true;
        // The handshake's PING is answered while the socket still blocks.
        _ = socket.Receive(_in);
        socket.Send("+PONG\r\n"u8);
        // Replies are sent whole: the client reads before it sends more, so the kernel's buffer takes them.
        poller.Add(socket, _clients.Count);
        _clients.Add((socket, new byte[_replies.RequestSize], 0));
    }

    private void Serve(int token)
    {
        (Socket socket, byte[] pending, int pendingSize) = _clients[token];
        pending.AsSpan(0, pendingSize).CopyTo(_in);
        int received = socket.Connected ? socket.Receive(_in.AsSpan(pendingSize), SocketFlags.None, out _) : 0;
        if (received == 0)
        {
            socket.Dispose();
            return;
        }

        ReadOnlySpan<byte> requests = _in.AsSpan(0, pendingSize + received);
        int whole = requests.Length / _replies.RequestSize;
        if (whole > 0) socket.Send(_replies.For(requests, whole), SocketFlags.None, out _);
        ReadOnlySpan<byte> rest = requests[(whole * _replies.RequestSize)..];
        rest.CopyTo(pending);
        _clients[token] = (socket, pending, rest.Length);
    }
}
