using System.Diagnostics;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>Time that stands still until it is set. Any thread.</summary>
internal sealed class DrivenClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void SetMs(double ms) => Volatile.Write(ref _now, (long)(ms * Stopwatch.Frequency / 1000));
}
