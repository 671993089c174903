using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Transport.Streams;

/// <summary>
/// One connection of the portable transport: await a read, run it synchronously, commit, await the send. A wake-up from another thread
/// (pub/sub, resume, kill) is awaited beside the read. The session is only ever run by this connection's task.
/// </summary>
internal sealed class StreamConnection(Socket socket, GatewayServer server, SslStreamCertificateContext? certificate, Worker worker)
    : IConnection
{
    /// <summary>
    /// Longest a TLS handshake may take before the socket is closed, s: one that stalls must not hold a place among maxclients for ever.
    /// </summary>
    private const int HandshakeTimeoutSeconds = 10;
    private const int InitialBytes = 1024;

    /// <summary>Input buffers up to this size are kept, however few bytes are left in them.</summary>
    private const int SmallInputBytes = 64 * 1024;
    private const int SuspendedPollMs = 2;

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly SemaphoreSlim _answers = new(0);
    private readonly CancellationTokenSource _abort = new();
    // Ends a send that the peer does not take; nothing else, because answers from elsewhere must be waited for.
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _input = new byte[InitialBytes];
    private int _inputLength;
    private long _pendingBytes;

    public EndPoint? Remote { get; } = Try(() => socket.RemoteEndPoint);

    public EndPoint? Local { get; } = Try(() => socket.LocalEndPoint);

    public long PendingBytes => Volatile.Read(ref _pendingBytes);

    public ConnectionMemory Memory => new(_inputLength, Math.Max(_input.Length - _inputLength, 0), PendingBytes > 0 ? 1 : 0, PendingBytes);

    public Task Finished => _finished.Task;

    public void Wake()
    {
        if (_wake.CurrentCount > 0) return;
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just woken it.
        }
    }

    // Not in place: it may be called under an outbox's lock, and what waits for the send would run here.
    public void Kill()
    {
        _ = _cut.CancelAsync();
        Wake();
    }

    public void Abort()
    {
        _cut.Cancel();
        _abort.Cancel();
        socket.Dispose();
    }

    public async Task RunAsync()
    {
        worker.Signal = () => _answers.Release();
        Session? session = null;
        try
        {
            session = server.Sessions.TryOpen(server, this, server.MaxClients);
            await using Stream? stream = await OpenAsync().ConfigureAwait(false);
            if (stream is null) return;
            if (session is null)
            {
                server.Metrics.ConnectionRejected();
                await stream.WriteAsync("-ERR max number of clients reached\r\n"u8.ToArray(), _abort.Token).ConfigureAwait(false);
                return;
            }

            worker.Metrics?.ConnectionOpened();
            try
            {
                await ServeAsync(session, stream).ConfigureAwait(false);
            }
            finally
            {
                worker.Metrics?.ConnectionClosed();
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer went away or we are stopping: the end of a connection, not a fault.
        }
        catch (Exception failure)
        {
            server.Faults.Report("connection", failure);
        }
        finally
        {
            session?.Closed();
            socket.Dispose();
            _finished.SetResult();
        }
    }

    private async Task<Stream?> OpenAsync()
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (certificate is null) return plain;
        var secure = new SslStream(plain);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        timeout.CancelAfter(TimeSpan.FromSeconds(HandshakeTimeoutSeconds));
        try
        {
            var options = new SslServerAuthenticationOptions { ServerCertificateContext = certificate };
            await secure.AuthenticateAsServerAsync(options, timeout.Token).ConfigureAwait(false);
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            // The outer exception says no more than "see inner exception".
            string why = failure is not OperationCanceledException
                ? failure.GetBaseException().Message.ReplaceLineEndings(" ")
                : _abort.IsCancellationRequested ? "the connection was closed"
                : $"it took longer than {HandshakeTimeoutSeconds} s";
            server.Faults.RejectedHandshake(Remote, why);
            await secure.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Session session, Stream stream)
    {
        Task<int>? read = null;
        Task? wake = null;
        while (true)
        {
            // No read is under way while commands wait in the buffer: it would write where they are moved from.
            if (session.StoppedEarly && !session.IsHeld) RunBuffered(session);
            await AnswersAsync(session).ConfigureAwait(false);
            if (!await SendAsync(session, stream).ConfigureAwait(false)) return;
            wake ??= _wake.WaitAsync(_abort.Token);
            if (session.Suspension is not null)
            {
                await Task.WhenAny(wake, Task.Delay(SuspendedPollMs, _abort.Token)).ConfigureAwait(false);
                if (wake.IsCompleted) wake = null;
                if (session.TryResume(server.NowMs)) RunBuffered(session);
                continue;
            }

            if (session.StoppedEarly || session.IsWaiting) continue;
            if (read is null)
            {
                EnsureRoom(session);
                read = stream.ReadAsync(_input.AsMemory(_inputLength), _abort.Token).AsTask();
            }

            await Task.WhenAny(read, wake).ConfigureAwait(false);
            if (wake.IsCompleted) wake = null;
            if (!read.IsCompleted) continue;
            int count = await read.ConfigureAwait(false);
            read = null;
            if (count == 0) return;
            worker.Metrics?.Received(count);
            _inputLength += count;
            RunBuffered(session);
        }
    }

    // Shards elsewhere answer on threads of theirs. A client that leaves meanwhile is noticed afterwards: the next connection with this
    // worker finds no calls away.
    private async ValueTask AnswersAsync(Session session)
    {
        while (session.IsWaiting)
        {
            server.Dispatcher.EndTurn(worker);
            await _answers.WaitAsync(_abort.Token).ConfigureAwait(false);
            server.Dispatcher.TakeAnswers(worker, static _ => { });
        }
    }

    private void RunBuffered(Session session)
    {
        int taken = session.Process(_input.AsSpan(0, _inputLength), worker);
        if (taken == 0) return;
        _inputLength -= taken;
        bool isLarge = _input.Length > SmallInputBytes && _inputLength < _input.Length / 4;
        byte[] to = isLarge ? new byte[Math.Max(InitialBytes, InputSizing.For(_inputLength, session.NeededBytes))] : _input;
        Buffer.BlockCopy(_input, taken, to, 0, _inputLength);
        _input = to;
    }

    // False when the connection is to be closed.
    private async ValueTask<bool> SendAsync(Session session, Stream stream)
    {
        if (session.Killed is not null) return false;
        IShardDispatcher dispatcher = server.Dispatcher;
        bool isCommitted = true;
        if (!dispatcher.IsVolatile && dispatcher.Appended > worker.Committed)
        {
            JournalOffset upTo = dispatcher.Appended;
            isCommitted = dispatcher.Commit(upTo, session.Durability ?? dispatcher.DefaultDurability);
            worker.Committed = upTo;
        }

        session.Settle(isCommitted);

        while (true)
        {
            session.Outbox.MoveTo(session.Output, Session.OutputHighWaterBytes);
            if (session.Output.Length == 0) break;
            if (session.ExceedsOutputLimit(session.Output.Length)) session.CutOff();
            if (session.Killed is not null) return false;
            Volatile.Write(ref _pendingBytes, session.Output.Length);
            try
            {
                await stream.WriteAsync(session.Output.WrittenMemory, _cut.Token).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _pendingBytes, 0);
            }

            worker.Metrics?.Sent(session.Output.Length);
            session.Output.Release();
        }

        return !session.IsClosing;
    }

    private void EnsureRoom(Session session)
    {
        if (_inputLength < _input.Length) return;
        Array.Resize(ref _input, Math.Max(_input.Length + 1, InputSizing.For(_inputLength, session.NeededBytes)));
    }

    private static EndPoint? Try(Func<EndPoint?> read)
    {
        try
        {
            return read();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
