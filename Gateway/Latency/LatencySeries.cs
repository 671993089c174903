namespace OrleansKv.Gateway.Latency;

/// <summary>
/// One event's last samples, oldest first, at most <see cref="Length"/>. Guarded by the monitor's lock, or a copy of one's own.
/// </summary>
internal sealed class LatencySeries
{
    /// <summary>Redis' LATENCY_TS_LEN.</summary>
    public const int Length = 160;

    private readonly List<LatencySample> _samples = [];

    public IReadOnlyList<LatencySample> Samples => _samples;

    /// <summary>Worst ever, milliseconds; kept when its sample has been dropped.</summary>
    public long MaxMs { get; private set; }

    public void Add(long unixSeconds, long ms)
    {
        MaxMs = Math.Max(MaxMs, ms);
        if (_samples.Count > 0 && _samples[^1].UnixSeconds == unixSeconds)
        {
            if (ms > _samples[^1].Ms) _samples[^1] = new(unixSeconds, ms);
            return;
        }

        if (_samples.Count == Length) _samples.RemoveAt(0);
        _samples.Add(new(unixSeconds, ms));
    }

    public LatencySeries Copy()
    {
        var copy = new LatencySeries { MaxMs = MaxMs };
        copy._samples.AddRange(_samples);
        return copy;
    }
}
