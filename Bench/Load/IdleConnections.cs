using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>Many connections that say PING once and then nothing. Thread: one at a time.</summary>
internal sealed class IdleConnections : IDisposable
{
    private readonly List<Socket> _sockets = [];

    private IdleConnections()
    {
    }

    public double OpenSeconds { get; private set; }

    /// <summary>Opens them one after the other; each has been answered, so the server has accepted it and made its buffers.</summary>
    public static IdleConnections Open(IPEndPoint endPoint, int count, string? password, CancellationToken cancel)
    {
        var idle = new IdleConnections();
        long started = Stopwatch.GetTimestamp();
        try
        {
            for (int i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                idle._sockets.Add(Handshake.Connect(endPoint, password));
            }

            idle.OpenSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return idle;
        }
        catch (BenchException e)
        {
            int open = idle._sockets.Count;
            idle.Dispose();
            throw new BenchException(
                $"After {open} connections: {e.Message} (The limits are the server's maxclients and 'ulimit -n' of both processes.)");
        }
        catch
        {
            idle.Dispose();
            throw;
        }
    }

    /// <summary>How many still answer.</summary>
    public int Ping()
    {
        int answered = 0;
        var reply = new byte[16];
        byte[] ping = RespRequest.Encode("PING");
        foreach (Socket socket in _sockets)
        {
            socket.Send(ping, SocketFlags.None, out SocketError sent);
            int received = socket.Receive(reply, SocketFlags.None, out SocketError error);
            bool pong = sent == SocketError.Success && error == SocketError.Success
                && reply.AsSpan(0, received).SequenceEqual("+PONG\r\n"u8);
            answered += pong ? 1 : 0;
        }

        return answered;
    }

    public void Dispose() => _sockets.ForEach(s => s.Dispose());
}
