using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Registers;
using OrleansKv.Hosting;
using OrleansKv.Silo.Options;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// The control plane as this node has it: its acceptor, its proposer, and the ways to the others (ADR 0010, ADR 0021). The first node,
/// which is started without a node to join, founds the registers; what each folder remembers of them is true from then on. Any thread.
/// </summary>
internal sealed partial class RegisterStore : IRegisters, IDisposable
{
    /// <summary>Time to connect to a node and to be welcomed, s.</summary>
    private const int AskSeconds = 2;

    private const int AskAgainMs = 200;

    /// <summary>Time after which a start says what it waits for, s: it takes one or two.</summary>
    private const int PatienceSeconds = 5;

    /// <summary>Time in which a majority answers when all is well, ms; 1 to 4 ms on loopback, some hundreds on a slow disk.</summary>
    private const int SoonMs = 500;

    private readonly RegisterStoreOptions _options;
    private readonly ILogger _log;
    private readonly AcceptorThread _acceptor;
    private readonly PeerListener _listener;
    private readonly PeerLinkOwner _links;
    private readonly ConcurrentDictionary<AcceptorId, PeerLink> _byAcceptor = new();
    private readonly ConcurrentDictionary<string, bool> _refusals = new(); // said once each
    private readonly Lock _lock = new();
    private ProposerThread? _proposer;
    private volatile PeerBook _book;
    private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously); // nobody to wait for is left
    private int _isAsking;
    private AcceptorSet _told = AcceptorSet.None; // by welcomes, before there is a proposer; under the lock

    private RegisterStore(RegisterStoreOptions options, AcceptorThread acceptor, ILogger log)
    {
        (_options, _acceptor, _log) = (options, acceptor, log);
        _book = acceptor.Peers.With(Self);
        _links = new PeerLinkOwner(options.Tls, Hello, () => _book, Learn, reply => _proposer?.Receive(reply), Failed);
        _listener = new PeerListener(options.Listen, options.Tls, Greet, book => Keep(b => b.With(book)), acceptor.Handle);
    }

    /// <summary>This node's acceptor, whether or not it is one of the set.</summary>
    public AcceptorId Acceptor => _acceptor.Id;

    /// <summary>How often its folder was opened, this time included.</summary>
    public ulong Life => _acceptor.Proposer.Life;

    /// <summary>The newest set that it knows of.</summary>
    public AcceptorSet Set => _proposer!.Set is var asked && _acceptor.Set is var asking && asking.Version > asked.Version ? asking : asked;

    /// <summary>
    /// Opens the folder and finds the others. Throws <see cref="StartException"/> when this node cannot have a part in the cluster, and
    /// what opening the folder throws.
    /// </summary>
    /// <param name="options">What it is to be.</param>
    /// <param name="disk">The acceptor's folder; null keeps its memory as long as the process lives.</param>
    /// <param name="log">Hears of refusals and failures.</param>
    /// <param name="stop">Ends the wait for others.</param>
    public static async Task<RegisterStore> Start(RegisterStoreOptions options, IDisk? disk, ILogger log, CancellationToken stop)
    {
        AcceptorThread acceptor = AcceptorThread.Open(disk, log);
        RegisterStore store;
        try
        {
            store = new RegisterStore(options, acceptor, log);
        }
        catch (SocketException failure)
        {
            acceptor.Dispose();
            throw new StartException(
                $"cannot listen on control port {options.Listen.Port} of {options.Listen.Address}: {failure.Message}. It is 10000 above "
                + "--silo-port: choose another of those");
        }

        try
        {
            store._proposer = new ProposerThread(acceptor.Proposer, await store.FindSet(stop), store.Send);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public bool IsLast => _last.Task.IsCompleted;

    /// <summary>
    /// This node is being stopped, and is the last one: from now on it waits for nobody, and who waits already hears
    /// <see cref="RegistersUnreachableException"/>.
    /// </summary>
    public void LeaveAsLast() => _last.TrySetResult();

    public async Task<RegisterValue?> Read(string register, CancellationToken stop) =>
        (await Reach(_proposer!.Read(register, Patience), stop)).Value;

    public async Task<RegisterOutcome> Change(string register, RegisterChange change, CancellationToken stop)
    {
        Exception? defect = null;
        RegisterOutcome outcome = await Reach(_proposer!.Change(register, Guarded, Patience), stop);
        return defect is null ? outcome : throw new InvalidDataException($"register {register}: {defect.Message}", defect);

        byte[]? Guarded(RegisterValue? value)
        {
            try
            {
                return change(value);
            }
            catch (Exception failure)
            {
                defect = failure; // not on the proposer's thread, which all registers need
                return null;
            }
        }
    }

    public async Task<RegisterValue?> Settle(string register, CancellationToken stop) =>
        (await Reach(_proposer!.Rewrite(register, Patience), stop)).Value;

    /// <summary>Where a node can be reached, as it has told the map.</summary>
    public void Learn(RegisterPeer peer) => Keep(book => book.With(peer));

    /// <summary>
    /// Makes the acceptors those that they should be, one step; false when there was nothing to do, or it did not get through.
    /// </summary>
    /// <param name="nodes">All nodes in the order in which they joined: the acceptor of each, and whether it runs.</param>
    public async Task<bool> Adjust(IReadOnlyList<(AcceptorId Acceptor, bool Runs)> nodes)
    {
        AcceptorSet set = Set;
        ImmutableSortedSet<AcceptorId>? next = set.IsJoint ? set.Next : AcceptorRules.Next(set, nodes);
        if (next is null) return false;
        bool isDone = await _proposer!.ChangeSet(next, _options.AnswerWithin);
        if (isDone) LogAcceptors(Describe(Set));
        return isDone;
    }

    /// <summary>The acceptors and where they are, for people.</summary>
    public string Describe() => Describe(Set);

    public void Dispose()
    {
        _listener.Dispose();
        _proposer?.Dispose();
        foreach (PeerLink link in _byAcceptor.Values) link.Dispose();
        _acceptor.Dispose();
    }

    private RegisterPeer Self => new(_acceptor.Id, _options.Node, _options.Host, _options.Listen.Port, _acceptor.Proposer.Life);

    // Where no majority answers soon, the acceptors or their addresses may have changed: the others are asked beside it.
    private async Task<RegisterOutcome> Reach(Task<RegisterOutcome> asking, CancellationToken stop)
    {
        if (await Task.WhenAny(asking, Task.Delay(SoonMs, stop)) != asking) AskSoon();
        Task first = await Task.WhenAny(asking, _last.Task).WaitAsync(stop);
        if (first == asking && await asking is { Kind: not OutcomeKind.Unreachable } outcome) return outcome;
        throw new RegistersUnreachableException($"no majority of the control plane has answered for "
            + $"{_options.AnswerWithin.TotalSeconds:0.#} s: {Describe()}");
    }

    private TimeSpan Patience => IsLast ? TimeSpan.Zero : _options.AnswerWithin;

    private Task AskAll(CancellationToken stop) => Task.WhenAll(Places().Select(p => Ask(p, stop)));

    private string Describe(AcceptorSet set) => string.Join(", ", set.All.Select(a =>
        _book.Peers.TryGetValue(a, out RegisterPeer? peer) ? peer.ToString() : $"acceptor {a}"));

    // Who the acceptors are: as the folder has it, as others say, or this node alone when it founds the cluster.
    private async Task<AcceptorSet> FindSet(CancellationToken stop)
    {
        if (_acceptor.Set.Version > 0) return _acceptor.Set;
        bool isMember = _book.Peers.Keys.Any(a => a != _acceptor.Id);
        if (_options.Join.Count == 0 && !isMember) return await Found();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (!isMember) patience.CancelAfter(_options.JoinWithin); // one that has been there before waits for the others as long as it takes
        long started = Stopwatch.GetTimestamp();
        bool isTold = false;
        while (true)
        {
            PeerRefusedException?[] refusals = await Task.WhenAll(Places().Select(p => Ask(p, patience.Token)));
            lock (_lock)
            {
                if (_told.Version > 0) return _told;
            }

            if (Array.Find(refusals, r => r is { Refusal.IsFinal: true }) is { } refused)
                throw new StartException($"node {_options.Node} cannot join: {refused.Message}");
            if (!isTold && Stopwatch.GetElapsedTime(started).TotalSeconds > PatienceSeconds)
            {
                isTold = true;
                LogWaiting(string.Join(" or ", Places().Select(Name)));
            }

            try
            {
                await Task.Delay(AskAgainMs, patience.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                string places = string.Join(", ", Places().Select(Name));
                throw new StartException($"node {_options.Node} cannot join: no answer from {places}. Does a "
                    + "node of the cluster run there, and with TLS as this one?");
            }
        }
    }

    private async Task<AcceptorSet> Found()
    {
        AcceptorSet first = AcceptorSet.First(_acceptor.Id);
        if (_book.Cluster == Guid.Empty) _book = _book with { Cluster = Guid.NewGuid() };
        await _acceptor.Save(_book); // before the set: without it the founding is not over
        await _acceptor.Save(first);
        return first;
    }

    // By its silo port, as --join has it.
    private static string Name(DnsEndPoint place) =>
        EndpointListType.Text(new DnsEndPoint(place.Host, place.Port - SiloOptions.ControlPortOffset)) + $" (its port {place.Port})";

    private IEnumerable<DnsEndPoint> Places() => _options.Join
        .Concat(_book.Peers.Values.Where(p => p.Acceptor != _acceptor.Id).Select(p => new DnsEndPoint(p.Host, p.Port)))
        .Distinct();

    // Returns the refusal, if there is one.
    private async Task<PeerRefusedException?> Ask(DnsEndPoint place, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(AskSeconds));
        try
        {
            using PeerConnection connection = await PeerConnection.Open(place.Host, place.Port, _options.Tls, patience.Token);
            Learn(await connection.Greet(Hello(), patience.Token));
            return null;
        }
        catch (PeerRefusedException refused)
        {
            return refused;
        }
        catch (AuthenticationException failure)
        {
            return Refusal(true, $"{failure.Message.TrimEnd('.')} ({Name(place)}). The nodes of a cluster have certificates of one "
                + "authority");
        }
        catch (Exception failure) when (PeerConnection.IsBroken(failure))
        {
            LogNoAnswer(place.Host, place.Port, failure.Message);
            return null;
        }
    }

    private PeerHello Hello() => new(_options.ClusterName, _book.Cluster, Self);

    private PeerWelcome Greet(PeerHello hello)
    {
        PeerBook book = _book;
        if (hello.ClusterName != _options.ClusterName)
            throw Refusal(true, $"node {_options.Node} is of cluster '{_options.ClusterName}', and this one of '{hello.ClusterName}': the "
                + "nodes of a cluster have the same --cluster-id");
        if (hello.Cluster != Guid.Empty && book.Cluster != Guid.Empty && hello.Cluster != book.Cluster)
            throw Refusal(true, $"its data folder belongs to cluster {hello.Cluster}, and node {_options.Node} to cluster {book.Cluster}, "
                + "which has the same name. Start it with the folder that is right, or with an empty --data-dir");
        if (_proposer is null) throw Refusal(false, $"node {_options.Node} is joining itself");
        Keep(known => known.With(hello.Self));
        return new PeerWelcome(_acceptor.Id, Set, _book);
    }

    private static PeerRefusedException Refusal(bool isFinal, string reason) => new(new PeerRefusal(isFinal, reason));

    private void Learn(PeerWelcome welcome)
    {
        PeerBook book = _book;
        if (book.Cluster != Guid.Empty && welcome.Book.Cluster != book.Cluster) return; // it has been refused, or will be
        Keep(known => known.With(welcome.Book));
        lock (_lock)
        {
            if (welcome.Set.Version > _told.Version) _told = welcome.Set;
        }

        _proposer?.Use(welcome.Set);
    }

    private void Keep(Func<PeerBook, PeerBook> change)
    {
        PeerBook book;
        lock (_lock)
        {
            book = change(_book);
            if (ReferenceEquals(book, _book)) return;
            _book = book;
        }

        // Hints: where this fails the next start asks others.
        _acceptor.Save(book).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }

    private void Failed(RegisterPeer peer, Exception failure)
    {
        if (failure is PeerRefusedException { Refusal.IsFinal: true } && _refusals.TryAdd(failure.Message, true))
            LogRefused(peer.ToString(), failure.Message);
        else LogNoAnswer(peer.Host, peer.Port, failure.Message);
    }

    // On the proposer's thread.
    private void Send(AcceptorId to, RegisterRequest request)
    {
        if (to == _acceptor.Id)
        {
            _acceptor.Handle(request, _proposer!.Receive);
            return;
        }

        if (!_book.Peers.TryGetValue(to, out RegisterPeer? peer))
        {
            AskSoon();
            return;
        }

        if (!_byAcceptor.TryGetValue(to, out PeerLink? link) || link.Peer != peer)
        {
            if (link is not null) ThreadPool.UnsafeQueueUserWorkItem(static old => old.Dispose(), link, preferLocal: false);
            _byAcceptor[to] = link = new PeerLink(peer, _links);
        }

        link.Send(request);
    }

    // The acceptors have changed, or their addresses: who and where they are stands in others' books. One such question at a time.
    private void AskSoon()
    {
        if (Interlocked.Exchange(ref _isAsking, 1) == 0) _ = AskAndEnd();
    }

    private async Task AskAndEnd()
    {
        try
        {
            await AskAll(CancellationToken.None);
        }
        finally
        {
            Interlocked.Exchange(ref _isAsking, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No answer from {Host}:{Port}: {Problem}")]
    private partial void LogNoAnswer(string host, int port, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for {Places}")]
    private partial void LogWaiting(string places);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Peer} refuses this node: {Reason}")]
    private partial void LogRefused(string peer, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Decisions of the cluster are made by a majority of {Acceptors} now")]
    private partial void LogAcceptors(string acceptors);
}
