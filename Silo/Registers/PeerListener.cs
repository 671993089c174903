using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using OrleansKv.Engine.Registers;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// The port of this node's acceptor. Who connects says first who it is; then each request gets the acceptor's answer, in any order. Bounded
/// in connections and in answers that a connection has not taken.
/// </summary>
internal sealed class PeerListener : IDisposable
{
    /// <summary>Connections at one time: one from each node, and those of nodes that ask before they join.</summary>
    private const int MaxConnections = 256;

    /// <summary>Answers that wait for a connection; the oldest go first, for its proposer asks again.</summary>
    private const int MaxAnswers = 256;

    /// <summary>Time for TLS and the first message, s.</summary>
    private const int HelloSeconds = 5;

    /// <summary>Before the next connection after one that could not be taken, ms.</summary>
    private const int PauseMs = 100;

    private readonly Socket _socket;
    private readonly ClusterTls? _tls;
    private readonly Func<PeerHello, PeerWelcome> _greet;
    private readonly Action<PeerBook> _learn;
    private readonly Action<RegisterRequest, Action<RegisterReply>> _handle;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(MaxConnections);
    private readonly Task _accepting;

    /// <summary>Listens; throws <see cref="SocketException"/> where it cannot.</summary>
    /// <param name="at">Where.</param>
    /// <param name="tls">Null for connections without.</param>
    /// <param name="greet">Answers who says hello; throws <see cref="PeerRefusedException"/> for who is refused.</param>
    /// <param name="learn">Hears of other nodes.</param>
    /// <param name="handle">Has the acceptor answer a request.</param>
    public PeerListener(IPEndPoint at, ClusterTls? tls, Func<PeerHello, PeerWelcome> greet, Action<PeerBook> learn,
        Action<RegisterRequest, Action<RegisterReply>> handle)
    {
        (_tls, _greet, _learn, _handle) = (tls, greet, learn, handle);
        _socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(at);
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _accepting = Task.Run(Accept);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _accepting.Wait();
        for (int i = 0; i < MaxConnections; i++) _free.Wait(); // the connections have ended
        _free.Dispose();
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _free.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                Socket socket = await _socket.AcceptAsync(_stop.Token);
                _ = Serve(socket);
            }
            catch (Exception failure) when (PeerConnection.IsBroken(failure))
            {
                _free.Release(); // the listener has closed, who knocked has gone, or there are no descriptors
                await Task.Delay(PauseMs, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Serve(Socket socket)
    {
        await Task.Yield();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(TimeSpan.FromSeconds(HelloSeconds));
            using PeerConnection connection = await PeerConnection.Accept(socket, _tls, patience.Token);
            if (await Welcome(connection, await connection.Receive(patience.Token), patience.Token)) await Answer(connection);
        }
        catch (Exception failure) when (PeerConnection.IsBroken(failure))
        {
            // gone, or no node of ours
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<bool> Welcome(PeerConnection connection, (PeerMessageKind Kind, byte[] Body) first, CancellationToken stop)
    {
        if (first.Kind != PeerMessageKind.Hello) return false;
        PeerHello hello = PeerMessages.ReadHello(first.Body);
        try
        {
            await connection.Send(PeerConnection.FrameOf(PeerMessageKind.Welcome, PeerMessages.ToBytes(_greet(hello))), stop);
            return true;
        }
        catch (PeerRefusedException refused)
        {
            await connection.Send(PeerConnection.FrameOf(PeerMessageKind.Refusal, PeerMessages.ToBytes(refused.Refusal)), stop);
            return false;
        }
    }

    private async Task Answer(PeerConnection connection)
    {
        Channel<byte[]> answers = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(MaxAnswers) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task writing = Write(connection, answers.Reader, ended.Token);
        try
        {
            while (true)
            {
                (PeerMessageKind kind, byte[] body) = await connection.Receive(ended.Token);
                if (kind == PeerMessageKind.Book)
                {
                    _learn(PeerMessages.ReadBook(body));
                    continue;
                }

                if (kind != PeerMessageKind.Request)
                    throw new InvalidDataException($"a message of kind {(byte)kind} in the place of a request");
                _handle(PeerMessages.ReadRequest(body), reply =>
                    answers.Writer.TryWrite(PeerConnection.FrameOf(PeerMessageKind.Reply, PeerMessages.ToBytes(reply))));
            }
        }
        finally
        {
            await ended.CancelAsync();
            connection.Dispose();
            await writing;
        }
    }

    private static async Task Write(PeerConnection connection, ChannelReader<byte[]> answers, CancellationToken stop)
    {
        try
        {
            while (true) await connection.Send(await answers.ReadAsync(stop), stop);
        }
        catch (Exception failure) when (PeerConnection.IsBroken(failure))
        {
            connection.Dispose(); // its reader hears of it
        }
    }
}
