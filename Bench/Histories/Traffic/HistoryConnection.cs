using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>A client's connection to a node that may die or hang at any time. Nothing here throws for that. Thread: one.</summary>
internal sealed class HistoryConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly int _timeoutMs;
    private byte[] _in = new byte[16 << 10];
    private int _end;

    private HistoryConnection(Socket socket, int timeoutMs) => (_socket, _timeoutMs) = (socket, timeoutMs);

    /// <summary>Whether the node has closed it, as far as this end has heard.</summary>
    public bool IsClosed => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>Null where nobody takes the connection.</summary>
    /// <param name="node">The node.</param>
    /// <param name="timeoutMs">For the connection, and for each answer.</param>
    public static HistoryConnection? TryOpen(IPEndPoint node, int timeoutMs)
    {
        var socket = new Socket(node.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = timeoutMs };
        try
        {
            using var patience = new CancellationTokenSource(timeoutMs);
            socket.ConnectAsync(node, patience.Token).AsTask().GetAwaiter().GetResult();
            return new HistoryConnection(socket, timeoutMs);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends some commands at once and returns the last one's answer, or the first error before it.</summary>
    public HistoryReply Call(params ReadOnlySpan<string[]> commands)
    {
        var request = new List<byte>();
        foreach (string[] words in commands) request.AddRange(RespRequest.Encode(words));
        long began = Stopwatch.GetTimestamp();
        try
        {
            _socket.Send(request.ToArray());
            HistoryReply first = default, last = default;
            for (int i = 0; i < commands.Length; i++)
            {
                last = Read(began, commands[i][0]);
                if (last.IsMissing) return last;
                if (last.IsError && !first.IsError) first = last;
            }

            return first.IsError && !last.Text.StartsWith("EXECABORT", StringComparison.Ordinal) ? first : last;
        }
        catch (SocketException e)
        {
            return new HistoryReply(ReplyKind.Invalid, $"no answer: {e.SocketErrorCode}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private HistoryReply Read(long began, string command)
    {
        while (true)
        {
            ReplyKind kind = ExecReplyScanner.Scan(_in.AsSpan(0, _end), out int used, out ReadOnlySpan<byte> body);
            if (kind == ReplyKind.Invalid) throw new InvalidDataException($"the answer to {command} is not what RESP2 has for it");
            if (kind != ReplyKind.Incomplete)
            {
                var reply = new HistoryReply(kind, Encoding.UTF8.GetString(body));
                _in.AsSpan(used, _end - used).CopyTo(_in);
                _end -= used;
                return reply;
            }

            if (_end == _in.Length) Array.Resize(ref _in, _in.Length * 2);
            int leftMs = _timeoutMs - (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (leftMs <= 0) throw new SocketException((int)SocketError.TimedOut);
            _socket.ReceiveTimeout = leftMs;
            int received = _socket.Receive(_in.AsSpan(_end), SocketFlags.None);
            if (received == 0) return new HistoryReply(ReplyKind.Invalid, "no answer: the connection was closed");
            _end += received;
        }
    }
}
