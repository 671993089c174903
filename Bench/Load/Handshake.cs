using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>Opens a connection and makes sure that the server speaks RESP and lets us in.</summary>
internal static class Handshake
{
    // A server that loads or saves may be slow to accept; one that never answers must not hang us.
    private const int TimeoutMs = 10_000;
    private const int MaxReplyBytes = 4096;

    /// <summary>A connected, blocking socket with Nagle off that has answered PING.</summary>
    /// <param name="endPoint">The server.</param>
    /// <param name="password">Sent as AUTH first; null: none.</param>
    /// <param name="namedBy">The options that name the server, for the message when nothing is there.</param>
    public static Socket Connect(IPEndPoint endPoint, string? password, string namedBy = ServerAddress.MainOptions)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = TimeoutMs,
            ReceiveTimeout = TimeoutMs,
        };
        try
        {
            socket.Connect(endPoint);
            if (password is not null) Expect(socket, endPoint, Respond(socket, "AUTH", password), ReplyKind.Simple, "AUTH");
            Expect(socket, endPoint, Respond(socket, "PING"), ReplyKind.Simple, "PING");
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new BenchException(e.SocketErrorCode == SocketError.ConnectionRefused
                ? $"Nothing listens on {endPoint}; start the server, or name another with {namedBy}."
                : $"Cannot connect to {endPoint}: {e.SocketErrorCode}.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Expect(Socket socket, IPEndPoint endPoint, (ReplyKind Kind, string Text) reply, ReplyKind wanted, string command)
    {
        if (reply.Kind == wanted) return;
        string hint = reply.Text.StartsWith("NOAUTH", StringComparison.Ordinal) ? "; give the password with --auth" : "";
        throw new BenchException(reply.Kind == ReplyKind.Error
            ? $"{endPoint} refused {command}: {reply.Text}{hint}"
            : $"{endPoint} does not speak RESP: its answer to {command} was no status reply.");
    }

    private static (ReplyKind Kind, string Text) Respond(Socket socket, params ReadOnlySpan<string> arguments)
    {
        socket.Send(RespRequest.Encode(arguments));
        var buffer = new byte[MaxReplyBytes];
        int end = 0;
        while (end < buffer.Length)
        {
            int received = socket.Receive(buffer.AsSpan(end), SocketFlags.None);
            if (received == 0) throw new SocketException((int)SocketError.ConnectionReset);
            end += received;
            ReplyKind kind = ReplyScanner.Scan(buffer.AsSpan(0, end), out _, out ReadOnlySpan<byte> body);
            if (kind != ReplyKind.Incomplete) return (kind, Encoding.UTF8.GetString(body));
        }

        return (ReplyKind.Invalid, "");
    }
}
