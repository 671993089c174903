using System.Diagnostics;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>The clock of a run, and whether its traffic goes on. Any thread.</summary>
internal sealed class TrafficProgress(int wantedOperations, TimeSpan limit, CancellationToken cancel)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _done;
    private volatile bool _isStopped;

    /// <summary>Time since the traffic began.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    /// <summary>Operations that were answered.</summary>
    public int Done => Volatile.Read(ref _done);

    public bool IsOver => _isStopped || cancel.IsCancellationRequested || Done >= wantedOperations || Now >= limit;

    public void CountDone() => Interlocked.Increment(ref _done);

    public void Stop() => _isStopped = true;
}
