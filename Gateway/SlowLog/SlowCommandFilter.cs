using OrleansKv.Gateway.Latency;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.SlowLog;

/// <summary>
/// Decides which commands go to the slow log and the latency monitor. The usual command costs one comparison with
/// <see cref="ThresholdNs"/>. Any thread.
/// </summary>
internal sealed class SlowCommandFilter(SlowLogBuffer log, LatencyMonitor latency)
{
    private const long Never = long.MaxValue;

    private long _thresholdNs = Never;
    private long _slowUs = -1;
    private int _maxLength;

    /// <summary>Commands that took less interest nobody.</summary>
    public long ThresholdNs => Volatile.Read(ref _thresholdNs);

    public void Apply(ServerOptions options)
    {
        _slowUs = options.SlowlogSlowerThanUs;
        _maxLength = options.SlowlogMaxLen;
        latency.ThresholdMs = options.LatencyMonitorThresholdMs;
        long slow = _slowUs < 0 ? Never : Saturated(_slowUs, 1000);
        long spike = options.LatencyMonitorThresholdMs == 0 ? Never : Saturated(options.LatencyMonitorThresholdMs, 1_000_000);
        Volatile.Write(ref _thresholdNs, Math.Min(slow, spike));
    }

    /// <summary>Takes a command that reached the threshold.</summary>
    public void Take(Session session, CommandEntry command, in ArgList args, long durationNs)
    {
        bool isFast = (command.Spec.Flags & CommandFlags.Fast) != 0;
        latency.Add(isFast ? LatencyMonitor.FastCommand : LatencyMonitor.Command, durationNs / 1_000_000);
        if (_slowUs < 0 || durationNs / 1000 < _slowUs || (command.Spec.Flags & CommandFlags.SkipSlowlog) != 0) return;
        log.Add(session, command, args, durationNs / 1000, _maxLength);
    }

    private static long Saturated(long value, long factor) => value > Never / factor ? Never : value * factor;
}
