using System.Diagnostics;
using System.Net.Sockets;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// Spreads sockets over the I/O threads that serve: all of them, or as many as the load needs (<see cref="ThreadCountRule"/>); then
/// connections move from one to another between two commands. <see cref="Adopt"/> and <see cref="Use"/>: any thread.
/// </summary>
internal sealed class EpollTransport : ITransport
{
    private readonly EpollWorker[] _workers;
    private readonly ThreadCountRule _rule;
    private readonly MachineLoad _machine = new();
    private readonly Timer? _timer;
    private readonly Lock _look = new();
    private volatile Placement _placement;
    private long _lookedAt = Stopwatch.GetTimestamp();
    private long _busyBefore;

    /// <param name="server">What the sessions share.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="createWorker">Makes the state of the thread with this number.</param>
    /// <param name="asNeeded">False: all threads serve, always. True: one does, and more while there is need of them.</param>
    public EpollTransport(GatewayServer server, int workers, Func<int, Worker> createWorker, bool asNeeded = false)
    {
        _rule = new ThreadCountRule(workers);
        _placement = new Placement(asNeeded ? _rule.Count : workers);
        _workers = new EpollWorker[workers];
        for (int i = 0; i < workers; i++) _workers[i] = new EpollWorker(server, createWorker(i), this);
        foreach (EpollWorker worker in _workers) worker.Start();
        if (asNeeded && workers > 1) _timer = new Timer(_ => Look(), null, ThreadCountRule.EveryMs, ThreadCountRule.EveryMs);
    }

    /// <summary>Who serves now.</summary>
    public Placement Placement => _placement;

    /// <summary>The thread with this number.</summary>
    public EpollWorker this[int number] => _workers[number];

    public void Adopt(Socket socket)
    {
        Placement placement = _placement;
        _workers.Take(placement.Count).MinBy(w => w.ConnectionCount)!.Adopt(socket, placement);
    }

    /// <summary>Lets the first <paramref name="count"/> threads serve. Connections of the others move when they are next used.</summary>
    public void Use(int count)
    {
        if (count != _placement.Count) _placement = new Placement(count);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        foreach (EpollWorker worker in _workers) worker.Stop();
        foreach (EpollWorker worker in _workers) worker.Join();
        foreach (EpollWorker worker in _workers) worker.Dispose();
    }

    private void Look()
    {
        if (!_look.TryEnter()) return; // the one before is late
        try
        {
            long now = Stopwatch.GetTimestamp(), busy = _workers.Sum(w => w.Busy.TotalAt(now));
            double busyThreads = (double)(busy - _busyBefore) / Math.Max(1, now - _lookedAt);
            (_lookedAt, _busyBefore) = (now, busy);
            if (!_rule.NeedsMachine(busyThreads)) _machine.Forget();
            else if (_machine.FreeProcessors() is { } free) Use(_rule.Next(busyThreads, free));
        }
        finally
        {
            _look.Exit();
        }
    }
}
