using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>
/// One connection on loopback: PING is answered, every other request (an array of bulk strings) is handed to the script with its
/// number, and what the script returns is sent. Null closes the connection. Its thread ends with the connection.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private const int TimeoutMs = 30_000;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, string[], string?> _script;
    private readonly Thread _thread;
    private Exception? _failure;

    public ScriptedServer(Func<int, string[], string?> script)
    {
        _script = script;
        _listener.Start();
        _thread = new Thread(Run) { IsBackground = true, Name = "scripted server" };
        _thread.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _listener.Stop();
        Assert.True(_thread.Join(TimeoutMs), "the scripted server awaited a request that never came");
        if (_failure is not null) throw new InvalidOperationException("the script failed", _failure);
    }

    private void Run()
    {
        try
        {
            using Socket socket = _listener.AcceptSocket();
            socket.NoDelay = true;
            socket.ReceiveTimeout = TimeoutMs;
            using var stream = new NetworkStream(socket);
            for (int number = 0; Read(stream) is string[] request;)
            {
                string? reply = request[0] == "PING" ? "+PONG\r\n" : _script(number++, request);
                if (reply is null) return;
                stream.Write(Encoding.Latin1.GetBytes(reply));
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The test has ended and closed the connection or the listener.
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }

    private static string[]? Read(NetworkStream stream)
    {
        var request = new List<string>();
        int left = 0;
        do
        {
            string line = ReadLine(stream);
            if (line.Length == 0) return null;
            if (line[0] == '*')
            {
                left = int.Parse(line.AsSpan(1), null);
                continue;
            }

            var value = new byte[int.Parse(line.AsSpan(1), null) + 2];
            stream.ReadExactly(value);
            request.Add(Encoding.Latin1.GetString(value.AsSpan(0, value.Length - 2)));
            left--;
        }
        while (left > 0);
        return [.. request];
    }

    private static string ReadLine(NetworkStream stream)
    {
        var line = new StringBuilder();
        for (int b = stream.ReadByte(); b >= 0 && b != '\n'; b = stream.ReadByte()) line.Append((char)b);
        return line.ToString().TrimEnd('\r');
    }
}
