using System.Diagnostics;

namespace OrleansKv.Bench.Load;

/// <summary>
/// When a run starts, what of it is measured, when it ends. Shared by its workers. The fields of time are set before the workers pass the
/// start; the rest is atomic. Times are Stopwatch ticks.
/// </summary>
internal sealed class RunPlan
{
    private readonly long _limit;
    private long _taken;
    private long _stopIssuingTs = long.MaxValue;
    private volatile bool _stop;
    private SnapshotWindow? _window;

    /// <param name="limit">Measured requests in total; null: none.</param>
    public RunPlan(long? limit) => _limit = limit ?? long.MaxValue;

    public long StartTs { get; private set; }
    public long MeasureFromTs { get; private set; }
    public long StopIssuingTs
    {
        get => Volatile.Read(ref _stopIssuingTs);
        private set => Volatile.Write(ref _stopIssuingTs, value);
    }

    /// <summary>Set from outside (Ctrl-C, another worker's failure): leave at once, replies or not.</summary>
    public bool Stop => _stop;

    /// <summary>Null: the whole run is one. Otherwise requests that meet it are counted apart, and later ones not at all.</summary>
    public SnapshotWindow? Window
    {
        get => Volatile.Read(ref _window);
        set => Volatile.Write(ref _window, value);
    }

    public void StartAt(long startTs, double warmupSeconds, double? durationSeconds)
    {
        StartTs = startTs;
        MeasureFromTs = startTs + Ticks(warmupSeconds);
        StopIssuingTs = durationSeconds is double d ? MeasureFromTs + Ticks(d) : long.MaxValue;
    }

    /// <summary>The time is up: no more requests, but those in flight are awaited.</summary>
    public void EndNow() => StopIssuingTs = Stopwatch.GetTimestamp();

    /// <summary>Leave at once.</summary>
    public void RequestStop() => _stop = true;

    /// <summary>How many of <paramref name="wanted"/> requests may be issued now; 0 for ever after the end.</summary>
    public int Take(int wanted, long now, out long firstIndex)
    {
        firstIndex = 0;
        if (now < MeasureFromTs) return wanted;
        if (now >= StopIssuingTs) return 0;
        if (_limit == long.MaxValue) return wanted;
        firstIndex = Interlocked.Add(ref _taken, wanted) - wanted;
        return (int)Math.Clamp(_limit - firstIndex, 0, wanted);
    }

    public static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    public static long ToNs(long ticks) => Stopwatch.Frequency == 1_000_000_000 ? ticks : (long)(ticks * (1e9 / Stopwatch.Frequency));
}
