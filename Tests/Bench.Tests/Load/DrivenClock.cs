using System.Diagnostics;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>
/// Time that stands still until it is set. Any thread. It is no FakeTimeProvider because the load generator counts in ticks of the
/// <see cref="Stopwatch"/>, of 1 ns here, and the ticks of that one are always 100 ns.
/// </summary>
internal sealed class DrivenClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void SetMs(double ms) => Volatile.Write(ref _now, (long)(ms * Stopwatch.Frequency / 1000));
}
