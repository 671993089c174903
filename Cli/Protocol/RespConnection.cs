using System.Net.Sockets;
using System.Security.Authentication;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// One connection: greets with HELLO 3 (or stays with RESP2), authenticates, sends words and reads replies. One thread; only
/// <see cref="Abort"/> may be called from another.
/// </summary>
internal sealed class RespConnection : IDisposable
{
    /// <summary>5 s: to connect, and until the greeting is answered. A server that takes longer is not there for a person.</summary>
    private const int PatienceMs = 5_000;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly RespReader _reader;

    private RespConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        _reader = new RespReader(stream);
    }

    /// <summary>Takes messages that come between replies (RESP3's pushes); without it they are dropped.</summary>
    public Action<RespValue>? Pushed { get; set; }

    /// <summary>Whether the server has closed, as far as can be seen without waiting. Nothing that is sent now would be run.</summary>
    public bool IsClosed
    {
        get
        {
            try
            {
                return !_reader.HasBuffered && _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Connects and authenticates; throws <see cref="CliException"/> with one line for the user.</summary>
    public static RespConnection Open(CliOptions options)
    {
        string where = $"{options.Host}:{options.Port}";
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Connect(socket, options);
            socket.ReceiveTimeout = PatienceMs;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls) stream = TlsHandshake.Run(stream, options);
            var connection = new RespConnection(socket, stream);
            Greeting.Run(connection, options);
            socket.ReceiveTimeout = 0;
            return connection;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            string? line = failure switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                    $"cannot connect to {where}: connection refused. Is the server running? --host and --port name another one",
                OperationCanceledException => $"cannot connect to {where}: no answer within {PatienceMs / 1000} s",
                SocketException => $"cannot connect to {where}: {failure.Message}",
                AuthenticationException => $"no TLS with {where}: {failure.Message}",
                EndOfStreamException when !options.Tls => $"{where} closed the connection at the greeting; if it is a TLS port, add --tls",
                InvalidDataException => $"{where} does not speak RESP: {failure.Message}",
                IOException when options.Tls => $"no TLS with {where}: {failure.Message}",
                IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } } =>
                    $"{where} does not answer the greeting within {PatienceMs / 1000} s",
                IOException => $"cannot connect to {where}: {failure.Message}",
                _ => null,
            };
            if (line is null) throw;
            throw new CliException(line);
        }
    }

    /// <summary>Sends a command and reads its reply, or the first of its replies.</summary>
    public RespValue Call(params IReadOnlyList<string> words)
    {
        Send(words);
        return ReadReply(words);
    }

    /// <summary>Reads what the command is answered with; messages that come before are given to <see cref="Pushed"/>.</summary>
    public RespValue ReadReply(IReadOnlyList<string> words)
    {
        while (true)
        {
            RespValue value = _reader.Read();
            if (!value.IsPush || Subscriptions.Answers(words, value)) return value;
            Pushed?.Invoke(value);
        }
    }

    public void Send(IReadOnlyList<string> words) => SendRaw(RespEncoder.Encode(words));

    public void SendRaw(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Reads whatever comes next, message or reply.</summary>
    public RespValue Read() => _reader.Read();

    /// <summary>Ends a read that another thread is blocked in; the connection is of no use afterwards.</summary>
    public void Abort() => _socket.Dispose();

    public void Dispose() => _stream.Dispose();

    private static void Connect(Socket socket, CliOptions options)
    {
        using var patience = new CancellationTokenSource(PatienceMs);
        socket.ConnectAsync(options.Host, options.Port, patience.Token).AsTask().GetAwaiter().GetResult();
    }
}
