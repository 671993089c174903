using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Load;

/// <summary>
/// What one worker has measured. Thread: the worker's; read by others after it has ended, except Replies. No allocation a reply. Replies
/// of one read that were started at the same moment (a pipeline's) are gathered and recorded once, with their number: they have the same
/// latency.
/// </summary>
internal sealed class ReplyTally(RunPlan plan)
{
    private readonly List<(long Start, int Reads, int Writes)> _runs = new(1024);
    private long _runStart = long.MinValue;
    private int _reads;
    private int _writes;
    private long _replies;

    /// <summary>Of the measured requests.</summary>
    public OutcomeCounts Outcomes { get; } = new();
    public long WarmupErrors { get; private set; }
    public LatencyHistogram Reads { get; } = new();
    public LatencyHistogram Writes { get; } = new();

    /// <summary>Requests that met the plan's window; those before it are in the two above, those after it nowhere.</summary>
    public LatencyHistogram InWindow { get; } = new();
    public ThroughputSeries Series { get; } = new();
    public long LastReplyTs { get; private set; }

    /// <summary>Replies that came in the measured time, whenever their requests were started or due.</summary>
    public long RepliesInTime { get; private set; }

    /// <summary>All replies so far, warm-up included; may be read while the worker runs.</summary>
    public long Replies => Volatile.Read(ref _replies);

    public void Count(long startTs, bool read, ReplyOutcome outcome)
    {
        if (startTs != _runStart)
        {
            EndRun();
            _runStart = startTs;
        }

        if (startTs >= plan.MeasureFromTs)
        {
            Outcomes[outcome]++;
        }
        else if (outcome is ReplyOutcome.SetError or ReplyOutcome.GetError)
        {
            WarmupErrors++;
        }

        if (read)
        {
            _reads++;
        }
        else
        {
            _writes++;
        }
    }

    /// <summary>All that was counted since the last call has been parsed by now.</summary>
    public void Commit(long now)
    {
        EndRun();
        SnapshotWindow? window = plan.Window;
        foreach ((long start, int reads, int writes) in _runs)
        {
            Volatile.Write(ref _replies, _replies + reads + writes);
            if (now >= plan.MeasureFromTs)
            {
                RepliesInTime += reads + writes;
                LastReplyTs = now;
                Series.Add(RunPlan.ToNs(now - plan.MeasureFromTs), reads + writes);
            }

            if (start >= plan.MeasureFromTs) Record(window, start, now, reads, writes);
        }

        _runs.Clear();
        _runStart = long.MinValue;
    }

    private void Record(SnapshotWindow? window, long start, long now, int reads, int writes)
    {
        long latencyNs = RunPlan.ToNs(now - start);
        if (window is not null && now >= window.BaselineEndTs)
        {
            if (window.Meets(start, now)) InWindow.Record(latencyNs, reads + writes);
            return;
        }

        if (reads > 0) Reads.Record(latencyNs, reads);
        if (writes > 0) Writes.Record(latencyNs, writes);
    }

    private void EndRun()
    {
        if (_reads + _writes > 0)
        {
            _runs.Add((_runStart, _reads, _writes));
            (_reads, _writes) = (0, 0);
        }
    }
}
