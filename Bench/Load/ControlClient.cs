using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>One blocking connection for occasional commands (INFO, BGSAVE, SHUTDOWN). Thread: one at a time.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly Socket _socket;
    private readonly IPEndPoint _endPoint;
    private byte[] _in = new byte[16 << 10];

    public ControlClient(IPEndPoint endPoint, string? password = null, int timeoutMs = 60_000, string namedBy = ServerAddress.MainOptions)
    {
        _endPoint = endPoint;
        _socket = Handshake.Connect(endPoint, password, namedBy);
        _socket.ReceiveTimeout = timeoutMs;
    }

    /// <summary>The reply, of whatever kind; throws when the connection is lost.</summary>
    public (ReplyKind Kind, string Text) Send(params ReadOnlySpan<string> arguments)
    {
        try
        {
            _socket.Send(RespRequest.Encode(arguments));
            int end = 0;
            while (true)
            {
                int received = _socket.Receive(_in.AsSpan(end), SocketFlags.None);
                if (received == 0) throw new BenchException($"{_endPoint} closed the connection on {arguments[0]}.");
                end += received;
                ReplyKind kind = ReplyScanner.Scan(_in.AsSpan(0, end), out _, out ReadOnlySpan<byte> body);
                if (kind == ReplyKind.Invalid)
                    throw new BenchException($"{_endPoint} answered {arguments[0]} with no RESP status, number or string.");
                if (kind != ReplyKind.Incomplete) return (kind, Encoding.UTF8.GetString(body));
                if (end == _in.Length) Array.Resize(ref _in, _in.Length * 2);
            }
        }
        catch (SocketException e)
        {
            throw new BenchException($"{_endPoint} did not answer {arguments[0]}: {e.SocketErrorCode}.");
        }
    }

    /// <summary>The reply's text; an error reply is a failure.</summary>
    public string Require(params ReadOnlySpan<string> arguments)
    {
        (ReplyKind kind, string text) = Send(arguments);
        return kind == ReplyKind.Error ? throw new BenchException($"{_endPoint} refused {string.Join(' ', arguments!)}: {text}") : text;
    }

    /// <summary>The value of one "name:value" line of INFO, null if there is none.</summary>
    public string? Info(string section, string name)
    {
        (ReplyKind kind, string text) = Send("INFO", section);
        return kind != ReplyKind.Bulk ? null : text.Split('\n')
            .Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(line => line[(name.Length + 1)..].TrimEnd('\r'))
            .FirstOrDefault();
    }

    public void Dispose() => _socket.Dispose();
}
