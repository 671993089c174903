using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Replication;

namespace OrleansKv.Embedded.Replication;

/// <summary>
/// A follower's connection to its leader: commands out, answers and frames in. One thread, but for <see cref="Dispose"/>, which ends what
/// that thread waits for. Throws <see cref="LinkException"/>, <see cref="IOException"/> and <see cref="SocketException"/>.
/// </summary>
internal sealed class LeaderConnection : IDisposable
{
    /// <summary>Longest wait for the connection or any byte of the leader, which is heard once a second, ms.</summary>
    private const int PatienceMs = 60_000;

    /// <summary>Longest frame: a slot map, or a piece.</summary>
    private const int MaxFrameBytes = 1024 * 1024;

    private const int BufferBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly Stream _out;
    private readonly BufferedStream _in;
    private byte[] _frame = new byte[BufferBytes];

    private LeaderConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _out = stream;
        _in = new BufferedStream(stream, BufferBytes);
    }

    /// <summary>More has come than was read; a hint.</summary>
    public bool HasMore => _socket.Available > 0;

    public static LeaderConnection Open(Leader leader, ServerOptions options, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = PatienceMs,
            SendTimeout = PatienceMs,
        };
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(PatienceMs);
            socket.ConnectAsync(leader.Host, leader.Port, patience.Token).AsTask().GetAwaiter().GetResult();
            var plain = new NetworkStream(socket, ownsSocket: true);
            return new LeaderConnection(socket, options.TlsReplication ? Secure(plain, leader, options) : plain);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Send(params ReadOnlySpan<byte[]> words)
    {
        var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
        foreach (byte[] word in words)
        {
            request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            request.Write(word);
            request.Write("\r\n"u8);
        }

        _out.Write(request.GetBuffer(), 0, (int)request.Length);
    }

    /// <summary>A line: a simple answer, or an error.</summary>
    public string ReadLine()
    {
        var line = new StringBuilder();
        while (_in.ReadByte() is var next and not '\r')
        {
            if (next < 0) throw new LinkException("it has closed the connection");
            if (line.Length > 1024) throw new LinkException("it answers what is no RESP");
            line.Append((char)next);
        }

        _in.ReadByte();
        return line.ToString();
    }

    /// <summary>The next frame; its bytes until the next call.</summary>
    public (StreamFrame Kind, ReadOnlyMemory<byte> Content) ReadFrame()
    {
        string line = ReadLine();
        if (line.Length == 0 || line[0] != '$'
            || !int.TryParse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            || size is < 1 or > MaxFrameBytes) throw new LinkException($"it sends what is no stream of records: {line}");
        if (_frame.Length < size + 2) _frame = new byte[size + 2];
        try
        {
            _in.ReadExactly(_frame, 0, size + 2);
        }
        catch (EndOfStreamException)
        {
            throw new LinkException("it has closed the connection");
        }

        return ((StreamFrame)_frame[0], _frame.AsMemory(1, size - 1));
    }

    public void Dispose() => _socket.Dispose();

    private static SslStream Secure(Stream plain, Leader leader, ServerOptions options)
    {
        var login = new SslClientAuthenticationOptions { TargetHost = leader.Host };
        if (options.TlsCa.Length > 0) login.RemoteCertificateValidationCallback = (_, shown, _, _) => IsIssuedBy(options.TlsCa, shown);
        var secure = new SslStream(plain);
        try
        {
            secure.AuthenticateAsClient(login);
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            throw new LinkException($"TLS with it fails (--tls-replication, --tls-ca): {failure.Message}");
        }
    }

    // As Redis: who shows a certificate of the named authority is the leader, whatever its name.
    private static bool IsIssuedBy(string file, X509Certificate? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority has no list
        try
        {
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new LinkException($"--tls-ca {file} cannot be read: {failure.Message}");
        }

        return shown is X509Certificate2 certificate && chain.Build(certificate);
    }
}
