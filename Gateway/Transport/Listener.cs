using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Gateway.Transport;

/// <summary>Accepts connections on every bound address and gives them to a transport.</summary>
internal sealed class Listener : IDisposable
{
    /// <summary>Time between two lines about the same trouble, ms.</summary>
    private const int RemarkEveryMs = 60_000;

    private readonly ITransport _transport;
    private readonly Action<string>? _remark;
    private readonly List<Socket> _sockets = [];
    private readonly List<Thread> _threads = [];
    private volatile bool _stopping;

    private long _remarkAtMs = long.MinValue;

    private Listener(ITransport transport, Action<string>? remark)
    {
        _transport = transport;
        _remark = remark;
    }

    /// <summary>Binds every address; throws <see cref="SocketException"/> when one cannot be.</summary>
    /// <param name="options">Where.</param>
    /// <param name="transport">Takes the connections.</param>
    /// <param name="remark">Takes a line when connections have to wait.</param>
    public static Listener Bind(ListenerOptions options, ITransport transport, Action<string>? remark = null)
    {
        var listener = new Listener(transport, remark);
        try
        {
            int port = options.Port;
            foreach (IPAddress address in options.Addresses)
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                listener._sockets.Add(socket);
                if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
                socket.Bind(new IPEndPoint(address, port));
                port = ((IPEndPoint)socket.LocalEndPoint!).Port; // of port 0 the one that the first address was given
            }
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return listener;
    }

    /// <summary>
    /// Lets clients in; until then they are refused, not kept waiting. Throws <see cref="SocketException"/> when somebody else listens by
    /// now.
    /// </summary>
    public void Start()
    {
        foreach (Socket socket in _sockets) socket.Listen(ListenerOptions.Backlog);
        foreach (Socket socket in _sockets)
        {
            var thread = new Thread(() => Accept(socket)) { IsBackground = true, Name = "accept" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    public void Dispose()
    {
        _stopping = true;
        foreach (Socket socket in _sockets) socket.Dispose();
        foreach (Thread thread in _threads) thread.Join();
    }

    private void RemarkOnDescriptors()
    {
        long now = Environment.TickCount64, before = Volatile.Read(ref _remarkAtMs);
        if (before != long.MinValue && now - before < RemarkEveryMs) return;
        if (Interlocked.CompareExchange(ref _remarkAtMs, now, before) == before)
            _remark?.Invoke("out of descriptors ('ulimit -n'): new connections wait until others end");
    }

    private void Accept(Socket listening)
    {
        while (!_stopping)
        {
            try
            {
                Socket socket = listening.Accept();
                socket.NoDelay = true;
                _transport.Adopt(socket);
            }
            catch (SocketException) when (_stopping)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure) when (
                failure.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // Out of descriptors: those waiting stay in the backlog until some client leaves. Do not spin meanwhile.
                RemarkOnDescriptors();
                Thread.Sleep(10);
            }
            catch (SocketException)
            {
                // The peer was gone before we took it (ECONNABORTED): nothing to serve.
            }
        }
    }
}
