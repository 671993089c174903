using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.PubSub;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// One client's conversation: bytes in, replies out, in order. It knows nothing of sockets: a transport gives it what it read
/// (<see cref="Process"/>) and sends what is in <see cref="Output"/>. One thread at a time runs it; other threads reach it through
/// <see cref="Outbox"/> and <see cref="Kill"/> only.
/// </summary>
internal sealed class Session
{
    /// <summary>
    /// Replies of one turn before they must be sent: bounds what pipelined reads of large values can pile up. 1 MiB keeps a socket
    /// buffer (4 MiB at most on Linux by default) busy.
    /// </summary>
    public const int OutputHighWaterBytes = 1024 * 1024;

    private readonly OutputWatch _outputWatch = new();
    private RequestParser _parser;
    private volatile string? _killed;
    private bool _leftCommands;
    private bool _hasAuthenticated;
    private int _replyMark;
    private int _groupStart;

    public Session(long id, GatewayServer server, IConnection connection)
    {
        Id = id;
        Server = server;
        Connection = connection;
        _hasAuthenticated = !server.RequiresPassword;
        CreatedMs = LastInputMs = server.NowMs;
        Outbox = new Outbox(this);
        UpdatePlain();
    }

    public long Id { get; }

    public GatewayServer Server { get; }

    public IConnection Connection { get; }

    /// <summary>Replies not yet given to the transport.</summary>
    public ReplyWriter Output { get; } = new();

    /// <summary>Messages from other connections (pub/sub, MONITOR), merged into the output by this connection's thread.</summary>
    public Outbox Outbox { get; }

    /// <summary>What the server keeps for this client, in bytes; for CLIENT LIST and the limits.</summary>
    public SessionMemory Memory => new(this);

    /// <summary>It has given the password, was there before there was one, or none is asked for.</summary>
    public bool IsAuthenticated => _hasAuthenticated || !Server.RequiresPassword;

    public string Name { get; set; } = "";

    public string LibraryName { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    public ReplyMode ReplyMode { get; set; }

    /// <summary>The command that runs now comes behind CLIENT REPLY SKIP: its reply is dropped.</summary>
    public bool SkipsThisReply { get; set; }

    public bool NoTouch { get; set; }

    public bool NoEvict { get; set; }

    /// <summary>READONLY: reads may be answered from a copy that follows, and miss what was written a moment ago.</summary>
    public bool ReadsFollowers { get; set; }

    public bool IsMonitor { get; set; }

    /// <summary>CLIENT DURABILITY: what this connection asked for instead of the server's fsync policy.</summary>
    public Durability? Durability { get; set; }

    /// <summary>CLIENT SCOPE: what this connection asked for instead of the server's <c>keyspace-scope</c>.</summary>
    public KeyspaceScope? Scope { get; set; }

    /// <summary>
    /// Whether commands on all keys mean those of the whole cluster; false without a cluster, where this process has all.
    /// </summary>
    public bool AnswersForCluster => Server.Control.Cluster is { } cluster && (Scope ?? cluster.DefaultScope) == KeyspaceScope.Cluster;

    /// <summary>The stream of records to a server that follows this one; null for any other client. Disposed when it closes.</summary>
    public IDisposable? Stream { get; set; }

    public Transaction? Transaction { get; set; }

    /// <summary>While a transaction's replies are written: the moment of its data commands, ms since the Unix epoch; else 0.</summary>
    public long MomentMs { get; set; }

    /// <summary>EXEC (or BATCH) is running its queue: nothing may suspend the session now.</summary>
    public bool IsInTransaction { get; private set; }

    public WatchList? Watched { get; set; }

    public Subscriptions? Subscriptions { get; set; }

    public Suspension? Suspension { get; private set; }

    /// <summary>
    /// Replies are on their way from elsewhere: what is in <see cref="Output"/> must not be sent, and no further command runs, until they
    /// are there.
    /// </summary>
    public bool IsWaiting { get; set; }

    /// <summary>The connection has closed; answers that still come for it go nowhere.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Set by QUIT, protocol errors and kills: the transport sends what is written, then closes.</summary>
    public bool IsClosing { get; private set; }

    public long CreatedMs { get; }

    public long LastInputMs { get; private set; }

    public CommandEntry? LastCommand { get; private set; }

    public long BytesIn { get; private set; }

    /// <summary>
    /// Whether commands run straight through the dispatcher: no transaction, subscription, monitor, pause or reply mode in the way.
    /// </summary>
    private bool IsPlain { get; set; }

    public bool IsSubscribed => Subscriptions is { Count: > 0 };

    /// <summary>What goes on before any further input, as soon as the replies before it have been sent; null for nothing.</summary>
    public IDeferredReplies? Deferred { get; set; }

    /// <summary>Further input has to wait.</summary>
    public bool IsHeld => Suspension is not null || IsWaiting;

    /// <summary>
    /// Whole commands were left behind, because of the output's bound, a suspension, or answers that are still to come: <see
    /// cref="Process"/> wants to be called again.
    /// </summary>
    public bool StoppedEarly => _leftCommands || Deferred is not null;

    /// <summary>The worker that is running a command of this session now; null between commands.</summary>
    public Worker? CurrentWorker { get; set; }

    /// <summary>Bytes the unfinished command needs at least; the transport sizes its buffer by it. 0: unknown.</summary>
    public int NeededBytes => _parser.NeededBytes;

    /// <summary>
    /// Runs the whole commands in <paramref name="input"/> and returns the bytes they took. What is left belongs to a command that is
    /// not whole, or waits because the output is full (<see cref="OutputHighWaterBytes"/>) or the session is suspended.
    /// The input may be rewritten (inline quotes).
    /// </summary>
    public int Process(Span<byte> input, Worker worker)
    {
        CommandBatch batch = worker.Batch;
        LastInputMs = Server.NowMs;
        _leftCommands = false;
        if (Deferred is { } before && !IsClosing && !IsHeld && Output.Length < OutputHighWaterBytes)
        {
            Deferred = null;
            before.Resume(this, worker);
        }

        int position = 0;
        while (!IsClosing && !IsHeld && Deferred is null && Output.Length < OutputHighWaterBytes)
        {
            batch.Clear();
            ParseStatus status = ParseBatch(input, ref position, batch);
            int done = ExecuteBatch(batch, input, worker);
            if (done < batch.Count)
            {
                _leftCommands = true;
                position = batch.Frames[done].Start;
                ParseAgain(batch, input, position);
                break;
            }

            if (IsClosing || status == ParseStatus.Incomplete) break;
            if (status == ParseStatus.Error)
            {
                if (IsHeld)
                {
                    // The replies that are still to come belong before the error.
                    ParseAgain(batch, input, position);
                    break;
                }

                TakeDeliveries();
                Output.Error(Encoding.Latin1.GetBytes("ERR Protocol error: " + _parser.Error));
                CloseAfterReply();
                break;
            }
        }

        _leftCommands |= Output.Length >= OutputHighWaterBytes || (IsHeld && position < input.Length);
        batch.Trim();
        BytesIn += position;
        return position;
    }

    /// <summary>Counts a password as right; what was held back by its absence runs from now on.</summary>
    public void Authenticate()
    {
        _hasAuthenticated = true;
        UpdatePlain();
    }

    /// <summary>Back to a fresh connection (RESET), but for its id.</summary>
    public void Reset()
    {
        Transaction = null;
        Watched = null;
        Server.PubSub.UnsubscribeAll(this);
        Subscriptions = null;
        Server.Monitors.Remove(this);
        SwitchProtocol(2);
        IsMonitor = false;
        ReplyMode = ReplyMode.On;
        SkipsThisReply = false;
        NoTouch = NoEvict = ReadsFollowers = false;
        Durability = null;
        Scope = null;
        Name = "";
        _hasAuthenticated = !Server.RequiresPassword;
        UpdatePlain();
    }

    private bool WantsReply => ReplyMode != ReplyMode.Off && !SkipsThisReply;

    /// <summary>What is written so far stands: CLIENT REPLY takes back only what comes behind it.</summary>
    public void MarkReply() => _replyMark = Output.Length;

    /// <summary>Takes back what was written since the mark when the client wants no replies, and marks the rest.</summary>
    public void DropUnwanted()
    {
        if (!WantsReply && Output.Length > _replyMark) Output.Truncate(_replyMark);
        MarkReply();
    }

    /// <summary>
    /// Writes what others have posted so far: their messages came before what this session is about to answer. Whatever ends a delivery
    /// (UNSUBSCRIBE, RESET, QUIT, another protocol) calls it after the end and before its reply, so that no message follows that reply.
    /// Inside EXEC they go before the array of its replies: nobody else's message comes while a transaction runs.
    /// </summary>
    public void TakeDeliveries()
    {
        if (Outbox.IsEmpty) return;
        if (!IsInTransaction)
        {
            Outbox.MoveTo(Output);
            MarkReply();
            return;
        }

        using var taken = new ReplyWriter();
        Outbox.MoveTo(taken);
        InsertBeforeGroup(taken);
    }

    /// <summary>
    /// Writes a push of this session's own making, before the reply of the command that runs; CLIENT REPLY does not hold it back.
    /// </summary>
    public void Deliver(ReadOnlySpan<byte> push)
    {
        TakeDeliveries();
        Output.Raw(Output.Protocol == 3 ? ">"u8 : "*"u8);
        Output.Raw(push[1..]);
        MarkReply();
    }

    /// <summary>
    /// HELLO, RESET: what was posted before has the old form and comes before the reply, what comes later has the new one.
    /// </summary>
    public void SwitchProtocol(int protocol)
    {
        using var taken = new ReplyWriter();
        Outbox.Switch(protocol, taken);
        Output.Protocol = protocol;
        if (taken.Length == 0) return;
        if (IsInTransaction)
        {
            InsertBeforeGroup(taken);
            return;
        }

        Output.Raw(taken.Written);
        MarkReply();
    }

    /// <summary>The replies of EXEC or BATCH begin here; <see cref="EndGroup"/> ends them.</summary>
    public void BeginGroup()
    {
        TakeDeliveries();
        _groupStart = Output.Length;
        IsInTransaction = true;
    }

    public void EndGroup() => IsInTransaction = false;

    private void InsertBeforeGroup(ReplyWriter taken)
    {
        Output.Insert(_groupStart, taken.Written);
        _groupStart += taken.Length;
        _replyMark += taken.Length;
    }

    /// <summary>
    /// Whether this monitor is shown what another (or itself) has run; any thread. CLIENT REPLY holds the feed back as well; one's own
    /// CLIENT REPLY SKIP is still shown, for the skipping begins behind it.
    /// </summary>
    public bool TakesFeedOf(Session other) => WantsReply && (ReplyMode == ReplyMode.On || other == this);

    /// <summary>Holds further input back; <see cref="TryResume"/> ends it.</summary>
    public void Suspend(Suspension suspension) => Suspension = suspension;

    /// <summary>Whether the session may go on now; writes the reply a suspended command owed.</summary>
    public bool TryResume(long nowMs)
    {
        if (Suspension is not { } suspension) return true;
        if (_killed is null && !suspension.IsOver(nowMs)) return false;
        Suspension = null;
        MarkReply();
        suspension.Finish(this);
        DropUnwanted();
        SkipsThisReply = false;
        return true;
    }

    /// <summary>Ends the connection, without waiting for a client that does not read; any thread. The reason goes to the log.</summary>
    public void Kill(string reason)
    {
        _killed = reason;
        Connection.Kill();
    }

    /// <summary>Why another thread wants this connection closed; null when nobody does.</summary>
    public string? Killed => _killed;

    /// <summary>Whether a reply that is still to be sent promises a write; cleared by <see cref="Settle"/>.</summary>
    public bool HasWritten { get; set; }

    /// <summary>
    /// The journal's commit is over, and the replies leave. If it failed, nobody can say which of this session's writes survive: the
    /// answers that promised them are withdrawn, the client hears why, and the connection ends. Who only read is served, as long as the
    /// server runs.
    /// </summary>
    public void Settle(bool isCommitted)
    {
        bool promised = HasWritten;
        HasWritten = false;
        if (isCommitted || !promised) return;
        Output.Truncate(0);
        Output.Error("MISCONF the journal could not be written: the outcome of these commands is unknown; see the server's log");
        CloseAfterReply();
    }

    /// <summary>Closes after the output has been sent, and no message of others comes behind it; this connection's thread only.</summary>
    public void CloseAfterReply()
    {
        Outbox.Close();
        IsClosing = true;
    }

    /// <summary>Whether so many bytes that the client has not taken are more than its limit allows; true once. Any thread.</summary>
    public bool ExceedsOutputLimit(long bytes)
    {
        OutputLimit limit = Server.OutputLimits.For(this);
        return !limit.IsUnlimited && _outputWatch.IsExceeded(limit, bytes, Server);
    }

    /// <summary>Cuts the client off when it has left too much unread for too long; once a second, any thread.</summary>
    public void LookAtOutput()
    {
        if (!ExceedsOutputLimit(Outbox.Length + Connection.PendingBytes)) return;
        Outbox.Close();
        CutOff();
    }

    /// <summary>Ends the connection of a client that does not read; any thread.</summary>
    public void CutOff()
    {
        Server.Sessions.CountCutOff();
        Kill(LimitReached.Unread);
    }

    /// <summary>
    /// Whether the client has the server keep more than <c>client-query-buffer-limit</c>: a queue of MULTI, watched keys, subscriptions,
    /// names. Redis counts the queue; the others grow without end there.
    /// </summary>
    public bool KeepsTooMuch => KeptBytes > Server.QueryBufferLimitBytes;

    /// <summary>Memory of what the client has asked the server to keep for it.</summary>
    public long KeptBytes => (Transaction?.SizeBytes ?? 0) + (Watched?.SizeBytes ?? 0) + (Subscriptions?.SizeBytes ?? 0)
        + (2L * (Name.Length + LibraryName.Length + LibraryVersion.Length));

    /// <summary>Recomputes <see cref="IsPlain"/>; called after anything it depends on changed.</summary>
    public void UpdatePlain() =>
        IsPlain = IsAuthenticated && Transaction is null && ReplyMode == ReplyMode.On
            && !(IsSubscribed && Output.Protocol == 2);

    /// <summary>The transport has closed: leave every list.</summary>
    public void Closed()
    {
        Server.PubSub.UnsubscribeAll(this);
        Server.Monitors.Remove(this);
        Server.Sessions.Remove(this);
        Stream?.Dispose();
        Outbox.Close();
        if (_killed is LimitReached.Unread or LimitReached.Kept) Server.Faults.Notice($"Closed {Connection.Remote}: {_killed}");
        IsGone = true;
        Deferred = null;
        Transaction = null;
        Watched = null;
        Output.Release();
    }

    // What stands from `position` on has been parsed and not run: it is put back as it came.
    private void ParseAgain(CommandBatch batch, Span<byte> input, int position)
    {
        _parser = default;
        batch.RestoreLines(input, position);
    }

    private ParseStatus ParseBatch(Span<byte> input, ref int position, CommandBatch batch)
    {
        ProtocolLimits limits = IsAuthenticated ? Server.Limits : ProtocolLimits.Unauthenticated;
        ParseStatus status;
        do
        {
            int before = batch.Count;
            status = _parser.Parse(input, ref position, batch, limits);
            if (batch.Count == before) continue;
            ref CommandFrame frame = ref batch.Frames[before];
            ArgSlice name = batch.Slices[frame.FirstSlice];
            frame.Command = Server.Commands.Find(input.Slice(name.Start, name.Length));
            if (!IsAuthenticated) break; // the next command's limits depend on this one
        }
        while (status == ParseStatus.Complete && !batch.IsFull && position < input.Length);

        return status == ParseStatus.Complete && position == input.Length ? ParseStatus.Incomplete : status;
    }

    // Returns the frames that ran.
    private int ExecuteBatch(CommandBatch batch, Span<byte> input, Worker worker)
    {
        int at = 0;
        while (at < batch.Count && !IsClosing && !IsHeld)
        {
            if (IsPlain && !Server.IsObserved)
            {
                int end = at;
                while (end < batch.Count && batch.Frames[end].Command is { IsData: true } c && c.Spec.Accepts(batch.Frames[end].Words))
                    end++;
                if (end > at)
                {
                    LastCommand = batch.Frames[end - 1].Command;
                    int ran = Server.Dispatcher.Run(batch, at, end, input, this, worker);
                    at += ran;
                    if (at < end) return at;
                    continue;
                }
            }

            if (Server.Pause.IsActive && SlowPath.Admitted(this, batch.Frames[at].Command, batch.Args(at, input)) is { } admitted
                && !Server.Pause.Admits(this, admitted)) return at;
            SlowPath.Execute(this, batch, at, input, worker);
            at++;
            if (Output.Length >= OutputHighWaterBytes) return at;
        }

        return at;
    }

    /// <summary>Notes the last command for CLIENT LIST.</summary>
    public void Note(CommandEntry? command) => LastCommand = command ?? LastCommand;
}
