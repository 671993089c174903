using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>
/// Notices that a server has stopped answering: looks once a second, and ends the run when requests are in flight and no reply came for
/// 60 s (the histogram's top). One worker's thread.
/// </summary>
internal sealed class StallWatch(long now)
{
    private static readonly long PeriodTicks = RunPlan.Ticks(1);
    private static readonly long LimitTicks = RunPlan.Ticks(60);
    private long _nextTs = now + PeriodTicks;
    private long _lastReplies;
    private long _lastReplyTs = now;

    public void Check(long now, Connection[] connections, long replies)
    {
        if (now < _nextTs) return;
        _nextTs = now + PeriodTicks;
        if (replies != _lastReplies)
        {
            (_lastReplies, _lastReplyTs) = (replies, now);
        }
        else if (now - _lastReplyTs > LimitTicks && Array.Exists(connections, c => c.InFlight > 0))
        {
            throw new BenchException("No reply from the server for 60 s; the run was given up.");
        }
    }
}
