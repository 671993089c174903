using System.Buffers.Binary;
using System.Net.Sockets;
using OrleansKv.Engine.Registers;
using OrleansKv.Grains;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// A stream of messages between two nodes, each framed as <c>u32 bytes behind the checksum | u32 CRC-32C of them | u8 kind | body</c>,
/// little-endian. One reader and one writer at a time.
/// </summary>
internal sealed class PeerConnection : IDisposable
{
    /// <summary>Longest frame, bytes: 16 MiB. The largest value, the cluster map, has under 100 KiB.</summary>
    private const int MaxFrameBytes = 16 * 1024 * 1024;

    private const int HeadBytes = 4 + 4;

    private readonly Stream _stream;

    private PeerConnection(Stream stream) => _stream = stream;

    /// <summary>What breaks a connection, and is no defect.</summary>
    public static bool IsBroken(Exception failure) => failure is IOException or SocketException or InvalidDataException
        or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException;

    /// <summary>Connects to a node; throws what <see cref="IsBroken"/> knows.</summary>
    public static async Task<PeerConnection> Open(string host, int port, ClusterTls? tls, CancellationToken stop)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            KeepAlive(client.Client);
            await client.ConnectAsync(host, port, stop);
            Stream plain = client.GetStream();
            return new PeerConnection(tls is null ? plain : await tls.ConnectAs(plain, stop));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>The other end of it.</summary>
    public static async Task<PeerConnection> Accept(Socket socket, ClusterTls? tls, CancellationToken stop)
    {
        socket.NoDelay = true;
        KeepAlive(socket);
        var plain = new NetworkStream(socket, ownsSocket: true);
        try
        {
            return new PeerConnection(tls is null ? plain : await tls.AcceptAs(plain, stop));
        }
        catch
        {
            await plain.DisposeAsync();
            throw;
        }
    }

    // An end that has lost its power, or is cut off for good, says nothing: after a minute the system ends the connection.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    public static byte[] FrameOf(PeerMessageKind kind, ReadOnlySpan<byte> body)
    {
        var frame = new byte[HeadBytes + 1 + body.Length];
        frame[HeadBytes] = (byte)kind;
        body.CopyTo(frame.AsSpan(HeadBytes + 1));
        BinaryPrimitives.WriteInt32LittleEndian(frame, 1 + body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum.Of(frame.AsSpan(HeadBytes)));
        return frame;
    }

    /// <summary>Sends a finished frame.</summary>
    public async Task Send(byte[] frame, CancellationToken stop) => await _stream.WriteAsync(frame, stop);

    /// <summary>The next message; throws <see cref="EndOfStreamException"/> when the other end has closed.</summary>
    public async Task<(PeerMessageKind Kind, byte[] Body)> Receive(CancellationToken stop)
    {
        var head = new byte[HeadBytes];
        await _stream.ReadExactlyAsync(head, stop);
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 1 or > MaxFrameBytes) throw new InvalidDataException($"a message of {length} bytes cannot be");
        var content = new byte[length];
        await _stream.ReadExactlyAsync(content, stop);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) != Checksum.Of(content))
            throw new InvalidDataException("the checksum of a message is wrong");
        return ((PeerMessageKind)content[0], content[1..]);
    }

    /// <summary>
    /// Says who this is, and waits for the welcome. Throws <see cref="PeerRefusedException"/> for a refusal.
    /// </summary>
    public async Task<PeerWelcome> Greet(PeerHello hello, CancellationToken stop)
    {
        await Send(FrameOf(PeerMessageKind.Hello, PeerMessages.ToBytes(hello)), stop);
        (PeerMessageKind kind, byte[] body) = await Receive(stop);
        return kind switch
        {
            PeerMessageKind.Welcome => PeerMessages.ReadWelcome(body),
            PeerMessageKind.Refusal => throw new PeerRefusedException(PeerMessages.ReadRefusal(body)),
            _ => throw new InvalidDataException($"a message of kind {(byte)kind} in the place of a welcome"),
        };
    }

    public void Dispose() => _stream.Dispose();
}
