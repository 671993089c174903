using System.Diagnostics;

namespace OrleansKv.Bench.Load;

/// <summary>
/// When each request of an open loop is due: a worker's request k at start + k / rate, on connection k modulo connections (so connection
/// c's request j at start + (j * connections + c) / rate). It depends on start and rate alone, so a delay of server or generator shows in
/// all requests due meanwhile. One worker's thread.
/// </summary>
internal sealed class Pacer(long startTs, double requestsPerSecond, int connections)
{
    // Below this the wait is spun out: epoll's timeout is in whole milliseconds.
    private static readonly long SpinTicks = RunPlan.Ticks(0.002);
    private readonly double _intervalTicks = Stopwatch.Frequency / requestsPerSecond;
    private long _next;

    public long NextDueTs => At(_next);

    /// <summary>The connection whose request is next due; moves on.</summary>
    public int TakeNext() => (int)(_next++ % connections);

    public long DueTs(int connection, long index) => At((index * connections) + connection);

    /// <summary>How long a poller may sleep so that the next request is not late.</summary>
    public int SleepMs(long now)
    {
        long left = NextDueTs - now;
        return left < SpinTicks ? 0 : (int)Math.Min((left * 1000 / Stopwatch.Frequency) - 1, 100);
    }

    private long At(long k) => startTs + (long)(k * _intervalTicks);
}
