namespace OrleansKv.Gateway.Metrics;

/// <summary>What one I/O thread saw of one command. Written by that thread alone, read by any.</summary>
public sealed class CommandStats
{
    private long _failed;
    private long _rejected;

    /// <summary>Of the calls that ran; rejected ones are not among them, failed ones are (as Redis counts).</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Calls that ran and answered an error.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Calls refused before they ran: wrong number of words, no permission, out of memory, journal failed.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    internal void CountFailed() => _failed++;

    internal void CountRejected() => _rejected++;
}
