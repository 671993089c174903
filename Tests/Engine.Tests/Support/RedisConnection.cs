using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>One connection to a Redis that keeps replies as the bytes they came in. One thread.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
    private readonly List<byte> _reply = [];
    private readonly byte[] _buffer = new byte[65536];
    private int _at;
    private int _end;

    public RedisConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Sends one command, its words parted by blanks; the reply as Latin-1 text.</summary>
    public string Do(string line) => Encoding.Latin1.GetString(Do([.. line.Split(' ').Select(CommandHost.Bytes)]));

    public byte[] Do(params byte[][] words)
    {
        Send([words]);
        return Read();
    }

    /// <summary>Sends commands in one write; the caller reads as many replies. Keep it small: nobody reads meanwhile.</summary>
    public void Send(IEnumerable<byte[][]> commands)
    {
        using var bytes = new MemoryStream();
        foreach (byte[][] words in commands)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
            foreach (byte[] word in words)
            {
                bytes.Write(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
                bytes.Write(word);
                bytes.Write("\r\n"u8);
            }
        }

        for (ReadOnlySpan<byte> left = bytes.GetBuffer().AsSpan(0, (int)bytes.Length); !left.IsEmpty;) left = left[_socket.Send(left)..];
    }

    /// <summary>One whole reply, nested ones included.</summary>
    public byte[] Read()
    {
        _reply.Clear();
        ReadValue();
        return [.. _reply];
    }

    public void Dispose() => _socket.Dispose();

    private void ReadValue()
    {
        int start = _reply.Count;
        do Take();
        while (_reply[^1] != '\n');
        char type = (char)_reply[start];
        if (!"$*~%>=".Contains(type)) return;
        int count = int.Parse(
            Encoding.ASCII.GetString([.. _reply.Skip(start + 1).Take(_reply.Count - start - 3)]), CultureInfo.InvariantCulture);
        if (type is '$' or '=')
        {
            for (int i = 0; i < count + 2 && count >= 0; i++) Take();
            return;
        }

        for (int i = 0; i < (type == '%' ? 2 * count : count); i++) ReadValue();
    }

    private void Take()
    {
        if (_at == _end)
        {
            (_at, _end) = (0, _socket.Receive(_buffer));
            if (_end == 0) throw new IOException("Redis closed the connection");
        }

        _reply.Add(_buffer[_at++]);
    }
}
