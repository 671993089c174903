namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// Turns totals into rates: whoever has a clock calls <see cref="Tick"/> about once a second. One thread ticks; any reads the last
/// result, which is immutable.
/// </summary>
public sealed class RateSampler
{
    /// <summary>A minute of history: what the status page draws.</summary>
    public const int HistoryLength = 60;

    /// <summary>Ticks closer than this are left out: a short span makes a wild rate.</summary>
    private const long MinSpanMs = 100;

    private volatile RateReport _current = new(0, 0, 0, []);
    private long _lastMs = -1;
    private long _calls;
    private long _bytesIn;
    private long _bytesOut;

    public RateReport Current => _current;

    /// <param name="nowMs">Of a clock that does not go back.</param>
    /// <param name="calls">Total so far, as are the others.</param>
    /// <param name="bytesIn">Received.</param>
    /// <param name="bytesOut">Sent.</param>
    public void Tick(long nowMs, long calls, long bytesIn, long bytesOut)
    {
        long spanMs = nowMs - _lastMs;
        if (_lastMs >= 0 && spanMs < MinSpanMs) return;
        if (_lastMs >= 0)
        {
            double rate = (calls - _calls) * 1000.0 / spanMs;
            long[] old = _current.History;
            long[] history = [.. old.AsSpan(old.Length == HistoryLength ? 1 : 0), (long)rate];
            _current = new(rate, (bytesIn - _bytesIn) * 1000.0 / spanMs, (bytesOut - _bytesOut) * 1000.0 / spanMs, history);
        }

        (_lastMs, _calls, _bytesIn, _bytesOut) = (nowMs, calls, bytesIn, bytesOut);
    }
}
