using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A blocking RESP client that shows replies as text: <c>OK</c>, <c>-ERR ...</c>, <c>:1</c>, bulk strings as they are, null, arrays in
/// brackets.
/// </summary>
public sealed class RespClient : IDisposable
{
    /// <summary>Longest wait for a reply before the test fails, ms.</summary>
    private const int PatienceMs = 60_000;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;

    private RespClient(Socket socket) => _socket = socket;

    public static RespClient Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true,
            ReceiveTimeout = PatienceMs, SendTimeout = PatienceMs };
        socket.Connect(IPAddress.Loopback, port);
        return new RespClient(socket);
    }

    public string? Call(params string[] words)
    {
        Send(words);
        return Read();
    }

    public void Send(params string[] words) => SendRaw(Encode(words));

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public static byte[] Encode(params string[] words)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words) request.Append(CultureInfo.InvariantCulture, $"${Encoding.Latin1.GetByteCount(word)}\r\n{word}\r\n");
        return Encoding.Latin1.GetBytes(request.ToString());
    }

    /// <summary>One reply; throws <see cref="IOException"/> when the server closes first.</summary>
    public string? Read()
    {
        string line = ReadLine();
        string rest = line[1..];
        switch (line[0])
        {
            case '+': return rest;
            case '-' or ':': return line;
            case '_': return null;
            case '$': return rest == "-1" ? null : ReadBulk(int.Parse(rest, CultureInfo.InvariantCulture));
            case '*' or '>' or '~' or '%':
                int count = int.Parse(rest, CultureInfo.InvariantCulture) * (line[0] == '%' ? 2 : 1);
                return count < 0 ? null : "[" + string.Join(", ", Enumerable.Range(0, count).Select(_ => Read() ?? "(nil)")) + "]";
            default: throw new InvalidDataException("not RESP: " + line);
        }
    }

    /// <summary>Whether the server has closed the connection (after what is left unread).</summary>
    public bool IsClosedByServer()
    {
        try
        {
            while (true)
            {
                if (Fill() == 0) return true;
            }
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => _socket.Dispose();

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            char c = (char)ReadByte();
            if (c == '\r')
            {
                ReadByte();
                return line.ToString();
            }

            line.Append(c);
        }
    }

    private string ReadBulk(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = ReadByte();
        ReadByte();
        ReadByte();
        return Encoding.Latin1.GetString(bytes);
    }

    private byte ReadByte()
    {
        if (_at == _end && Fill() == 0) throw new IOException("the server closed the connection");
        return _buffer[_at++];
    }

    private int Fill()
    {
        _at = 0;
        _end = _socket.Receive(_buffer);
        return _end;
    }
}
