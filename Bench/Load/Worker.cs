using OrleansKv.Bench.Platform;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Load;

/// <summary>
/// One thread's share of a run: its connections, poller, source of requests and tally. Nothing is shared with other workers but the plan;
/// no allocation and no lock a request in steady state; the clock is read once a receive (after its replies were parsed, which is also
/// when the next batch is handed over).
/// </summary>
internal sealed class Worker : IDisposable
{
    private const int IdleWaitMs = 100;

    private readonly RunPlan _plan;
    private readonly TimeProvider _clock;
    private readonly RequestSource _source;
    private readonly Connection[] _connections;
    private readonly IReadinessPoller _poller = ReadinessPoller.Create();
    private readonly double _rate;
    private readonly int _pipeline;
    private Pacer? _pacer;
    private bool _allDue;

    /// <param name="clock">Its ticks must be Stopwatch's, as all times of a plan are.</param>
    public Worker(RunPlan plan, TimeProvider clock, LoadOptions options, System.Net.IPEndPoint server, int index, int connections,
        bool fill)
    {
        _plan = plan;
        _clock = clock;
        _pipeline = options.Pipeline;
        _rate = options.Rate * connections / options.Connections;
        _source = new RequestSource(options, index, fill);
        var encoder = new RequestEncoder(options);
        Checker = new ReplyChecker(encoder);
        Tally = new ReplyTally(plan);
        _connections = new Connection[connections];
        try
        {
            for (int i = 0; i < connections; i++)
            {
                _connections[i] = new Connection(server, options, encoder, Checker);
                _poller.Add(_connections[i].Socket, i);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ReplyTally Tally { get; }
    public ReplyChecker Checker { get; }

    public bool IsOpenLoop => _rate > 0;

    /// <summary>How long each measured request had waited that was due but not sent when the time was up.</summary>
    public LatencyHistogram UnsentWaits()
    {
        var waits = new LatencyHistogram();
        for (int c = 0; c < _connections.Length && _plan.StopIssuingTs != long.MaxValue; c++)
        {
            for (long i = _connections[c].Issued; i < _connections[c].Due; i++)
            {
                long due = _pacer!.DueTs(c, i);
                if (due >= _plan.MeasureFromTs) waits.Record(RunPlan.ToNs(_plan.StopIssuingTs - due));
            }
        }

        return waits;
    }

    /// <summary>CPU time and garbage of this thread during the measured part; set when <see cref="Run"/> ends.</summary>
    public long CpuNs { get; private set; }
    public long AllocatedBytes { get; private set; }

    public void Run()
    {
        bool measuring = false;
        if (_rate > 0)
        {
            _pacer = new Pacer(_plan.StartTs, _rate, _connections.Length);
        }
        else
        {
            for (int token = 0; token < _connections.Length; token++) IssueBatch(token, _clock.GetTimestamp());
        }

        Span<int> ready = stackalloc int[256];
        long now = _clock.GetTimestamp();
        var stall = new StallWatch(now);
        while (!_plan.Stop && !IsOver(now))
        {
            if (!measuring && now >= _plan.MeasureFromTs)
            {
                measuring = true;
                (CpuNs, AllocatedBytes) = (-ThreadCpu.NowNs(), -GC.GetAllocatedBytesForCurrentThread());
            }

            int count = _poller.Wait(ready, _pacer is null || _allDue ? IdleWaitMs : _pacer.SleepMs(now));
            for (int i = 0; i < count; i++) now = Serve(ready[i], now);
            if (_pacer is not null || count == 0) now = _clock.GetTimestamp();
            if (_pacer is not null) IssueDue(now);
            stall.Check(now, _connections, Tally.Replies);
        }

        if (measuring)
        {
            CpuNs += ThreadCpu.NowNs();
            AllocatedBytes += GC.GetAllocatedBytesForCurrentThread();
        }
    }

    public void Dispose()
    {
        foreach (Connection? connection in _connections) connection?.Dispose();
        _poller.Dispose();
    }

    private long Serve(int token, long now)
    {
        Connection connection = _connections[token];
        if (connection.HasUnsent) Send(connection, token);
        if (!connection.Receive(Tally)) return now;
        now = _clock.GetTimestamp();
        Tally.Commit(now);
        if (_pacer is not null)
        {
            IssueBacklog(token, now);
        }
        else if (connection.InFlight == 0)
        {
            IssueBatch(token, now);
        }

        return now;
    }

    private void IssueBatch(int token, long now)
    {
        Connection connection = _connections[token];
        int count = _plan.Take(_pipeline, now, out long firstIndex);
        _source.BeginRange(firstIndex);
        for (int i = 0; i < count; i++)
        {
            bool read = _source.Next(out long key);
            connection.Enqueue(key, read, now);
        }

        if (count > 0) Send(connection, token);
    }

    /// <summary>Marks every request that is due by now, then sends what the windows allow.</summary>
    private void IssueDue(long now)
    {
        int first = -1;
        int marked = 0;
        while (!_allDue && _pacer!.NextDueTs <= now)
        {
            if (_plan.Take(1, _pacer.NextDueTs, out _) == 0)
            {
                _allDue = true;
                break;
            }

            int connection = _pacer.TakeNext();
            _connections[connection].Due++;
            first = first < 0 ? connection : first;
            marked++;
        }

        for (int i = 0; i < Math.Min(marked, _connections.Length); i++) IssueBacklog((first + i) % _connections.Length, now);
    }

    private void IssueBacklog(int token, long now)
    {
        Connection connection = _connections[token];
        // When time is up, what is still waiting is reported as unsent: a server far behind would otherwise be awaited for ever.
        long count = now >= _plan.StopIssuingTs ? 0 : Math.Min(connection.Due - connection.Issued, connection.Free);
        for (long i = 0; i < count; i++)
        {
            bool read = _source.Next(out long key);
            connection.Enqueue(key, read, _pacer!.DueTs(token, connection.Issued));
            connection.Issued++;
        }

        if (count > 0) Send(connection, token);
    }

    private void Send(Connection connection, int token)
    {
        connection.Send();
        if (connection.HasUnsent != connection.IsWaitingForRoom)
        {
            connection.IsWaitingForRoom = connection.HasUnsent;
            _poller.WatchWrites(connection.Socket, token, connection.HasUnsent);
        }
    }

    private bool IsOver(long now)
    {
        if (_pacer is not null && !_allDue) return false;
        foreach (Connection connection in _connections)
        {
            if (connection.InFlight > 0 || (_pacer is not null && connection.Due > connection.Issued && now < _plan.StopIssuingTs))
                return false;
        }

        return true;
    }
}
