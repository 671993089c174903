using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>One connection: greets with HELLO 3 (or 2), authenticates, sends words and reads replies. One thread.</summary>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly RespReader _reader;

    private RespConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        _reader = new RespReader(stream);
    }

    /// <summary>Connects and authenticates; throws <see cref="CliException"/> with one line for the user.</summary>
    public static RespConnection Open(CliOptions options)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(options.Host, options.Port);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls) stream = Secure(stream, options);
            var connection = new RespConnection(socket, stream);
            connection.Greet(options);
            return connection;
        }
        catch (Exception failure) when (failure is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            socket.Dispose();
            throw new CliException($"cannot connect to {options.Host}:{options.Port}: {failure.Message}");
        }
    }

    public RespValue Call(params IReadOnlyList<string> words)
    {
        Send(words);
        return _reader.Read();
    }

    public void Send(IReadOnlyList<string> words) => _stream.Write(Encode(words));

    public void SendRaw(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public RespValue Read() => _reader.Read();

    /// <summary>Ends a read that another thread is blocked in.</summary>
    public void Abort() => _socket.Dispose();

    public void Dispose() => _stream.Dispose();

    /// <summary>A command as an array of bulk strings; characters below 256 that came from escapes stay bytes.</summary>
    public static byte[] Encode(IReadOnlyList<string> words)
    {
        var bytes = new List<byte>();
        bytes.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Count}\r\n")));
        foreach (string word in words)
        {
            byte[] value = Words.ToBytes(word);
            bytes.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${value.Length}\r\n")));
            bytes.AddRange(value);
            bytes.AddRange("\r\n"u8);
        }

        return [.. bytes];
    }

    private void Greet(CliOptions options)
    {
        string[] login = options.Password.Length > 0 ? ["AUTH", options.User, options.Password] : [];
        if (options.Resp == 3)
        {
            RespValue hello = Call(["HELLO", "3", .. login]);
            if (!hello.IsError) return;
            if (hello.Text.StartsWith("WRONGPASS", StringComparison.Ordinal)) throw new CliException(hello.Text);
        }

        if (login.Length > 0 && Call(login) is { IsError: true } refused) throw new CliException(refused.Text);
    }

    private static SslStream Secure(Stream plain, CliOptions options)
    {
        var secure = new SslStream(plain);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = options.Host,
            RemoteCertificateValidationCallback = options.TlsInsecure ? static (_, _, _, _) => true : null,
        });
        return secure;
    }
}
