using System.Diagnostics;
using System.Threading.Channels;
using OrleansKv.Engine.Registers;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// The way to one other node's acceptor: a connection that is made when there is something to send, and made anew when it breaks or nothing
/// comes back. What is sent may be lost; the proposer sends again what has no answer.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    /// <summary>Messages that wait; the oldest go first, for a later one asks the same again.</summary>
    private const int MaxWaiting = 256;

    /// <summary>Time to connect and to be welcomed, s.</summary>
    private const int ConnectSeconds = 2;

    /// <summary>
    /// Time without an answer after which a connection counts as broken, ms: an answer takes some ms, a slow disk's flush 100.
    /// </summary>
    private const int SilenceMs = 3_000;

    private const int FirstPauseMs = 50;
    private const int LongestPauseMs = 1_000;

    private readonly PeerLinkOwner _owner;
    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _unansweredSince; // timestamp; 0 when all is answered
    private CancellationTokenSource? _connected;
    private long _toldVersion; // of the acceptor set before which the other end had the book

    /// <param name="peer">Where.</param>
    /// <param name="owner">What it needs of its node.</param>
    public PeerLink(RegisterPeer peer, PeerLinkOwner owner)
    {
        (Peer, _owner) = (peer, owner);
        _running = Task.Run(Run);
    }

    public RegisterPeer Peer { get; }

    /// <summary>Sends a request; one thread, the proposer's.</summary>
    public void Send(RegisterRequest request)
    {
        long since = Volatile.Read(ref _unansweredSince);
        if (since == 0) Volatile.Write(ref _unansweredSince, Stopwatch.GetTimestamp());
        else if (Stopwatch.GetElapsedTime(since).TotalMilliseconds > SilenceMs) Break();
        if (request.Set.Version != Volatile.Read(ref _toldVersion))
        {
            _waiting.Writer.TryWrite(PeerConnection.FrameOf(PeerMessageKind.Book, PeerMessages.ToBytes(_owner.Book())));
            Volatile.Write(ref _toldVersion, request.Set.Version);
        }

        _waiting.Writer.TryWrite(PeerConnection.FrameOf(PeerMessageKind.Request, PeerMessages.ToBytes(request)));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }

    private void Break()
    {
        Volatile.Write(ref _unansweredSince, 0);
        try
        {
            Volatile.Read(ref _connected)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it has broken by itself
        }
    }

    private async Task Run()
    {
        int pauseMs = FirstPauseMs;
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stop.Token))
            {
                using var connected = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Volatile.Write(ref _connected, connected);
                try
                {
                    using PeerConnection connection = await Open(connected.Token);
                    pauseMs = FirstPauseMs;
                    await Exchange(connection, connected);
                }
                catch (Exception failure)
                {
                    if (!_stop.IsCancellationRequested) _owner.Failed(Peer, failure);
                }

                Volatile.Write(ref _connected, null);
                Volatile.Write(ref _unansweredSince, 0);
                Volatile.Write(ref _toldVersion, 0); // the next connection begins with the book again
                while (_waiting.Reader.TryRead(out _))
                {
                    // it has waited too long: what counts is sent again
                }

                await Task.Delay(pauseMs, _stop.Token);
                pauseMs = Math.Min(pauseMs * 2, LongestPauseMs);
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task<PeerConnection> Open(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(ConnectSeconds));
        PeerConnection connection = await PeerConnection.Open(Peer.Host, Peer.Port, _owner.Tls, patience.Token);
        try
        {
            PeerWelcome welcome = await connection.Greet(_owner.Hello(), patience.Token);
            _owner.Welcomed(welcome);
            if (welcome.Acceptor == Peer.Acceptor) return connection;
            throw new InvalidDataException($"another node's acceptor is at {Peer.Host}:{Peer.Port} now");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task Exchange(PeerConnection connection, CancellationTokenSource connected)
    {
        Task reading = Read(connection, connected.Token), writing = Write(connection, connected.Token);
        Task first = await Task.WhenAny(reading, writing);
        await connected.CancelAsync();
        connection.Dispose(); // a write that hangs ends
        await Task.WhenAll(reading, writing).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        await first;
    }

    private async Task Read(PeerConnection connection, CancellationToken stop)
    {
        while (true)
        {
            (PeerMessageKind kind, byte[] body) = await connection.Receive(stop);
            if (kind != PeerMessageKind.Reply) throw new InvalidDataException($"a message of kind {(byte)kind} in the place of a reply");
            Volatile.Write(ref _unansweredSince, 0);
            _owner.Answered(PeerMessages.ReadReply(body));
        }
    }

    private async Task Write(PeerConnection connection, CancellationToken stop)
    {
        while (true) await connection.Send(await _waiting.Reader.ReadAsync(stop), stop);
    }
}
