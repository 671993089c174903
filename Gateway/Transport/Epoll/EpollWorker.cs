using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// One I/O thread: waits for its sockets, runs what they bring, commits the journal once for all of it, then sends the replies. The
/// thread that reads a command also runs it and answers, as in Redis and Garnet; nothing is handed over.
/// Replies are held until the commit whenever anybody's effects are not committed yet, so that no client sees a value that a crash
/// could take back (within what its durability level promises).
/// </summary>
internal sealed unsafe class EpollWorker : IDisposable
{
    /// <summary>Sockets served between two commits: enough to share one write, few enough that the first need not wait long.</summary>
    private const int MaxEvents = 128;

    /// <summary>One read of one socket; a pipeline of 64 SETs of 64 B values is 7 KiB.</summary>
    private const int ReadBytes = 64 * 1024;

    /// <summary>Looks into the sockets between the answers and the next calls.</summary>
    private const int MaxLooks = 4;

    /// <summary>Pieces of 1 MiB of an outbox that one connection sends in a turn.</summary>
    private const int MaxPieces = 4;

    /// <summary>Longest sleep while a suspended session must be looked at again, ms.</summary>
    private const int SuspendedPollMs = 1;

    private readonly int _epoll = Native.CreateEpoll();
    private readonly EventFd _event = new();
    private readonly GatewayServer _server;
    private readonly EpollTransport _transport;
    private readonly Worker _worker;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<EpollConnection> _woken = new();
    private readonly Dictionary<long, EpollConnection> _connections = [];
    private readonly List<EpollConnection> _deferred = new(MaxEvents);
    private readonly List<EpollConnection> _suspended = [];
    private readonly byte[] _shared = GC.AllocateUninitializedArray<byte>(ReadBytes, pinned: true);
    private EpollConnection?[] _byFd = new EpollConnection?[1024];
    private readonly Action<Session> _goOn;
    private int _signalled;
    private bool _wasSignalled; // the event was taken, and what it told of has not been looked at since
    private volatile bool _stopping;

    public EpollWorker(GatewayServer server, Worker worker, EpollTransport transport)
    {
        _server = server;
        _transport = transport;
        _worker = worker;
        if (_epoll < 0 || _event.IsInvalid) throw new IOException($"epoll is not available (errno {Native.Errno})");
        Native.Control(_epoll, Native.CtlAdd, _event.Number, Native.EpollIn, _event.Number);
        worker.Signal = SignalAnswers;
        _goOn = GoOn;
        _thread = new Thread(Run) { IsBackground = true, Name = $"io-{worker.Id}" };
    }

    public int ConnectionCount => _connections.Count;

    /// <summary>How long the thread has been awake.</summary>
    public BusyMeter Busy { get; } = new();

    public void Start() => _thread.Start();

    /// <summary>Takes over an accepted socket; any thread.</summary>
    public void Adopt(Socket socket, Placement placement)
    {
        EndPoint? remote = Endpoint(() => socket.RemoteEndPoint), local = Endpoint(() => socket.LocalEndPoint);
        var connection = new EpollConnection(socket, this, placement, remote, local);
        connection.Wake();
    }

    public void Wake(EpollConnection connection)
    {
        _woken.Enqueue(connection);
        _event.Signal();
    }

    /// <summary>Has the thread end after the current turn, send what is written and close every connection.</summary>
    public void Stop()
    {
        _stopping = true;
        _event.Signal();
    }

    public void Join()
    {
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join();
    }

    /// <summary>Gives back what other threads use to reach this one; when all of them have ended. Closes who was on the way here.</summary>
    public void Dispose()
    {
        while (_woken.TryDequeue(out EpollConnection? connection))
        {
            if (connection is { IsListed: false, IsClosed: false }) CloseUnlisted(connection);
        }

        _event.Dispose();
        Native.Close(_epoll);
    }

    private void Run()
    {
        byte* events = stackalloc byte[MaxEvents * Native.EventBytes];
        while (!_stopping)
        {
            int timeout = _wasSignalled ? 0 : _suspended.Count > 0 ? SuspendedPollMs : _server.Dispatcher.AnswerPollMs(_worker);
            if (HandleEvents(events, timeout) < 0) break;
            _wasSignalled = false;
            HandleWoken();
            ResumeSuspended();
            // Who has just been answered may have asked again already: what is in the sockets now leaves with this turn's calls. A signal
            // that this look takes is for the next turn, which must not sleep then.
            if (HandleAnswered() && !LookAgain(events)) break;
            _server.Dispatcher.EndTurn(_worker);
            CommitAndSend();
        }

        foreach (EpollConnection connection in _connections.Values.ToArray()) Close(connection);
    }

    // While a look brings several; false when the thread cannot go on.
    private bool LookAgain(byte* events)
    {
        for (int look = 0; look < MaxLooks; look++)
        {
            int seen = HandleEvents(events, timeout: 0);
            if (seen < 0) return false;
            if (seen < 2) return true;
        }

        return true;
    }

    // Waits (ms; -1: for ever) and serves what came; returns the number of sockets, or -1 when the thread cannot go on.
    private int HandleEvents(byte* events, int timeout)
    {
        if (timeout != 0) Busy.Sleep(Stopwatch.GetTimestamp());
        int count = Native.Wait(_epoll, events, MaxEvents, timeout);
        if (timeout != 0) Busy.Wake(Stopwatch.GetTimestamp());
        if (count < 0 && Native.Errno != Native.Interrupted)
        {
            _server.Faults.Report("epoll_wait", new IOException($"errno {Native.Errno}"));
            return -1;
        }

        for (int i = 0; i < count; i++)
        {
            byte* e = events + (i * Native.EventBytes);
            Handle((int)*(long*)(e + Native.DataOffset), *(int*)e);
        }

        return Math.Max(count, 0);
    }

    private void Handle(int fd, int events)
    {
        if (fd == _event.Number)
        {
            _event.Drain();
            _wasSignalled = true;
            return;
        }

        if (_byFd[fd] is not { } connection) return;
        try
        {
            if ((events & Native.EpollOut) != 0) ContinueSending(connection);
            if ((events & ~Native.EpollOut) != 0 && !connection.IsClosed) Read(connection);
            Place(connection);
        }
        catch (Exception failure)
        {
            Fail(connection, failure);
        }
    }

    private void Read(EpollConnection connection)
    {
        if ((connection.Interest & Native.EpollIn) == 0)
        {
            Close(connection);
            return;
        }

        Session session = connection.Session;
        if (session.IsWaiting)
        {
            // More from a client that has not had its answers, or the end of what it says: let it lie in the socket.
            Watch(connection, 0);
            return;
        }

        if (session.StoppedEarly && connection.HasWork && !session.IsHeld)
        {
            // Not the socket yet: should it have ended, these commands were sent before.
            connection.RunBuffered(_worker);
        }
        else if (!connection.Receive(_shared, _worker))
        {
            if (!connection.IsDeferred) Close(connection); // else its replies leave first, and the end is seen again
            return;
        }

        AfterProcess(connection);
    }

    // Decides when the replies may leave and whether to read on.
    private void AfterProcess(EpollConnection connection)
    {
        Session session = connection.Session;
        if (session.IsWaiting) return;
        if (session.Suspension is not null && !_suspended.Contains(connection)) _suspended.Add(connection);
        IShardDispatcher dispatcher = _server.Dispatcher;
        if (!dispatcher.IsVolatile && dispatcher.Appended > _worker.Committed)
        {
            if (!connection.IsDeferred)
            {
                connection.IsDeferred = true;
                _deferred.Add(connection);
            }

            return;
        }

        session.Settle(isCommitted: true);
        Send(connection);
    }

    private void Send(EpollConnection connection)
    {
        Session session = connection.Session;
        if (!SendAll(connection) || session.Killed is not null || (session.IsClosing && !connection.HasUnsent))
        {
            Close(connection);
            return;
        }

        int interest = connection.HasUnsent
            ? Native.EpollOut
            : session.Suspension is null && !session.IsClosing ? Native.EpollIn
            : 0;
        if (interest == 0) interest = Native.EpollRdHup; // a suspended client that leaves is still noticed
        Watch(connection, interest);

        // Output was full while commands were waiting in the buffer: go on with them in this worker's next turn.
        if (connection.HasWork && !connection.HasUnsent && !session.IsHeld && session.StoppedEarly && !session.IsClosing)
        {
            connection.Wake();
        }
    }

    // The output first, then what others have for the session, piece by piece while the peer takes it; the rest stays in the outbox.
    // False when the connection broke.
    private bool SendAll(EpollConnection connection)
    {
        Session session = connection.Session;
        for (int piece = 0; piece < MaxPieces; piece++)
        {
            if (!connection.HasUnsent) session.Outbox.MoveTo(session.Output, Session.OutputHighWaterBytes);
            if (session.ExceedsOutputLimit(session.Output.Length + connection.PendingBytes)) session.CutOff();
            if (session.Killed is not null || !connection.Send(_worker.Metrics)) return false;
            if (connection.HasUnsent || session.Outbox.IsEmpty) return true;
        }

        connection.Wake(); // the other connections' turn
        return true;
    }

    private void Watch(EpollConnection connection, int interest)
    {
        if (interest == connection.Interest) return;
        connection.Interest = interest;
        Native.Control(_epoll, Native.CtlMod, connection.Fd, interest, connection.Fd);
    }

    private void SignalAnswers()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0) _event.Signal();
    }

    private bool HandleAnswered()
    {
        Volatile.Write(ref _signalled, 0);
        return _server.Dispatcher.TakeAnswers(_worker, _goOn);
    }

    private void GoOn(Session session)
    {
        if (session.IsGone || session.Connection is not EpollConnection connection) return;
        try
        {
            if (connection.HasWork && !connection.HasUnsent && session.Suspension is null) connection.RunBuffered(_worker);
            AfterProcess(connection);
            Place(connection);
        }
        catch (Exception failure)
        {
            Fail(connection, failure);
        }
    }

    private void ContinueSending(EpollConnection connection)
    {
        Send(connection);
        if (connection.IsClosed || connection.HasUnsent) return;
        connection.RunBuffered(_worker);
        AfterProcess(connection);
    }

    private void HandleWoken()
    {
        for (int left = _woken.Count; left > 0 && _woken.TryDequeue(out EpollConnection? connection); left--)
        {
            if (connection.Owner != this)
            {
                connection.Owner.Wake(connection); // it has moved since
                continue;
            }

            connection.WakeSeen();
            if (connection.IsClosed) continue;
            if (connection.Session is null)
            {
                Open(connection);
                continue;
            }

            if (!connection.IsListed) List(connection); // it has moved here

            if (connection.Session.Killed is not null)
            {
                Close(connection);
                continue;
            }

            try
            {
                if (connection.HasWork && !connection.HasUnsent && !connection.Session.IsHeld) connection.RunBuffered(_worker);
                AfterProcess(connection);
                Place(connection);
            }
            catch (Exception failure)
            {
                Fail(connection, failure);
            }
        }
    }

    private void ResumeSuspended()
    {
        if (_suspended.Count == 0) return;
        long now = _server.NowMs;
        for (int i = _suspended.Count - 1; i >= 0; i--)
        {
            EpollConnection connection = _suspended[i];
            if (!connection.IsClosed && !connection.Session.TryResume(now)) continue;
            _suspended.RemoveAt(i);
            if (connection.IsClosed) continue;
            try
            {
                connection.RunBuffered(_worker);
                AfterProcess(connection);
            }
            catch (Exception failure)
            {
                Fail(connection, failure);
            }
        }
    }

    private void CommitAndSend()
    {
        if (_deferred.Count == 0) return;
        IShardDispatcher dispatcher = _server.Dispatcher;
        JournalOffset upTo = dispatcher.Appended;
        Durability level = Durability.No;
        foreach (EpollConnection connection in _deferred)
        {
            Durability wanted = connection.Session.Durability ?? dispatcher.DefaultDurability;
            if (wanted > level) level = wanted;
        }

        bool committed = dispatcher.Commit(upTo, level);
        _worker.Committed = upTo;
        foreach (EpollConnection connection in _deferred)
        {
            connection.IsDeferred = false;
            if (connection.IsClosed) continue;
            try
            {
                connection.Session.Settle(committed);
                Send(connection);
                Place(connection);
            }
            catch (Exception failure)
            {
                Fail(connection, failure);
            }
        }

        _deferred.Clear();
    }

    private void Open(EpollConnection connection)
    {
        Session? session = _server.Sessions.TryOpen(_server, connection, _server.MaxClients);
        if (session is null)
        {
            _server.Metrics.ConnectionRejected();
            Native.Send(connection.Fd, "-ERR max number of clients reached\r\n"u8);
            connection.IsClosed = true;
            connection.Socket.Dispose();
            return;
        }

        connection.Session = session;
        _worker.Metrics?.ConnectionOpened();
        List(connection);
    }

    private void List(EpollConnection connection)
    {
        connection.IsListed = true;
        _connections[connection.Session.Id] = connection;
        while (connection.Fd >= _byFd.Length) Array.Resize(ref _byFd, _byFd.Length * 2);
        _byFd[connection.Fd] = connection;
        connection.Interest = Native.EpollIn;
        Native.Control(_epoll, Native.CtlAdd, connection.Fd, Native.EpollIn, connection.Fd);
    }

    private void Unlist(EpollConnection connection)
    {
        connection.IsListed = false;
        Native.Control(_epoll, Native.CtlDel, connection.Fd, 0, 0);
        _byFd[connection.Fd] = null;
        _connections.Remove(connection.Session.Id);
    }

    // Gives the connection to its thread under the present placement. Only the last step of serving it: afterwards it is another thread's.
    // One that owes something to its client, or to the commit, stays until it is served again.
    private void Place(EpollConnection connection)
    {
        Placement placement = _transport.Placement;
        if (connection.Placement == placement || !connection.IsAtRest) return;
        connection.Placement = placement;
        EpollWorker next = _transport[placement.Draw()];
        if (next == this || _stopping) return;
        Unlist(connection);
        connection.MoveTo(next);
    }

    // One connection's trouble is never another's.
    private void Fail(EpollConnection connection, Exception failure)
    {
        _server.Faults.Report("connection", failure);
        Close(connection);
    }

    private void Close(EpollConnection connection)
    {
        if (connection.IsClosed) return;
        connection.IsClosed = true;
        Unlist(connection);
        CloseUnlisted(connection);
    }

    private void CloseUnlisted(EpollConnection connection)
    {
        connection.IsClosed = true;
        if (connection.Session is { } session)
        {
            _worker.Metrics?.ConnectionClosed();
            session.Closed();
        }

        connection.Release();
        connection.Socket.Dispose();
    }

    private static EndPoint? Endpoint(Func<EndPoint?> read)
    {
        try
        {
            return read();
        }
        catch (SocketException)
        {
            return null; // the peer has gone already; the first read will say so
        }
    }
}
