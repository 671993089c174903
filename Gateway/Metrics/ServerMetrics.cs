using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// All counters of a server's front: merges the workers' on reading. Any thread may call anything but <see cref="Tick"/>, which is one
/// thread's.
/// </summary>
/// <param name="commandNames">Name of each command id, 0 to n-1.</param>
public sealed class ServerMetrics(IReadOnlyList<string> commandNames)
{
    private readonly RateSampler _rates = new();
    private volatile WorkerMetrics[] _workers = [];
    private volatile Totals _baseline = new(0, 0, 0, 0, 0, 0, 0);
    private long _rejected;

    private sealed record Totals(long Calls, long Opened, long BytesIn, long BytesOut, long Rejected, long Reads, long Writes);

    /// <summary>Errors by their first word, for INFO errorstats.</summary>
    public ErrorCounters Errors { get; } = new();

    /// <summary>For one I/O thread, which alone writes to it.</summary>
    public WorkerMetrics AddWorker()
    {
        lock (_rates)
        {
            var worker = new WorkerMetrics(commandNames.Count);
            _workers = [.. _workers, worker];
            return worker;
        }
    }

    /// <summary>A connection was turned away: too many.</summary>
    public void ConnectionRejected() => Interlocked.Increment(ref _rejected);

    /// <summary>Connections now.</summary>
    public long CurrentConnections => _workers.Sum(w => w.Opened - w.Closed);

    /// <summary>Takes the rates' sample; about once a second.</summary>
    public void Tick(long nowMs)
    {
        Totals now = ReadTotals();
        _rates.Tick(nowMs, now.Calls, now.BytesIn, now.BytesOut);
    }

    /// <summary>CONFIG RESETSTAT. A call in flight may still count in the old figures.</summary>
    public void Reset()
    {
        lock (_rates)
        {
            foreach (WorkerMetrics worker in _workers) worker.ResetCommands();
            _baseline = ReadTotals();
            Errors.Reset();
        }
    }

    public ThroughputReport Throughput()
    {
        RateReport rates = _rates.Current;
        return new()
        {
            CommandsTotal = ReadTotals().Calls - _baseline.Calls,
            OpsPerSecond = rates.OpsPerSecond,
            BytesInPerSecond = rates.BytesInPerSecond,
            BytesOutPerSecond = rates.BytesOutPerSecond,
            OpsHistory = rates.History,
        };
    }

    public ConnectionReport Connections(long maxClients)
    {
        Totals now = ReadTotals(), since = _baseline;
        return new()
        {
            Current = CurrentConnections,
            MaxClients = maxClients,
            Accepted = now.Opened - since.Opened,
            Rejected = now.Rejected - since.Rejected,
            BytesIn = now.BytesIn - since.BytesIn,
            BytesOut = now.BytesOut - since.BytesOut,
            Reads = now.Reads - since.Reads,
            Writes = now.Writes - since.Writes,
        };
    }

    /// <summary>Every command that was called or refused, by name; empty ones are left out.</summary>
    public IReadOnlyList<CommandReport> Commands()
    {
        WorkerMetrics[] workers = _workers;
        var reports = new List<CommandReport>();
        for (int id = 0; id < commandNames.Count; id++)
        {
            HistogramSnapshot? merged = null;
            long failed = 0, rejected = 0;
            foreach (WorkerMetrics worker in workers)
            {
                if (worker.ReadStats(id) is not { } stats) continue;
                merged ??= new();
                merged.Add(stats.Latency);
                failed += stats.Failed;
                rejected += stats.Rejected;
            }

            if (merged is not null) reports.Add(new(commandNames[id], failed, rejected, merged));
        }

        reports.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return reports;
    }

    private Totals ReadTotals()
    {
        long calls = 0, opened = 0, bytesIn = 0, bytesOut = 0, reads = 0, writes = 0;
        foreach (WorkerMetrics worker in _workers)
        {
            calls += worker.Calls;
            opened += worker.Opened;
            bytesIn += worker.BytesIn;
            bytesOut += worker.BytesOut;
            reads += worker.Reads;
            writes += worker.Writes;
        }

        return new(calls, opened, bytesIn, bytesOut, Interlocked.Read(ref _rejected), reads, writes);
    }
}
