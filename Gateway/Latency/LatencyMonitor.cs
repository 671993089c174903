namespace OrleansKv.Gateway.Latency;

/// <summary>
/// Events that took at least <c>latency-monitor-threshold</c> milliseconds, by name, for LATENCY. Whoever measures something calls
/// <see cref="Add"/>; off (threshold 0) it costs one comparison. Any thread.
/// </summary>
internal sealed class LatencyMonitor(TimeProvider time)
{
    public const string Command = "command";
    public const string FastCommand = "fast-command";
    public const string ExpireCycle = "expire-cycle";
    public const string EvictionCycle = "eviction-cycle";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LatencySeries> _events = new(StringComparer.Ordinal);
    private long _thresholdMs;

    /// <summary>0: off.</summary>
    public long ThresholdMs
    {
        get => Volatile.Read(ref _thresholdMs);
        set => Volatile.Write(ref _thresholdMs, value);
    }

    /// <summary>Notes that <paramref name="name"/> took so long; below the threshold nothing happens.</summary>
    public void Add(string name, long ms)
    {
        long threshold = ThresholdMs;
        if (threshold == 0 || ms < threshold) return;
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (!_events.TryGetValue(name, out LatencySeries? series)) _events[name] = series = new();
            series.Add(now, ms);
        }
    }

    /// <summary>All events with a copy of their samples, in order of their names.</summary>
    public List<KeyValuePair<string, LatencySeries>> All()
    {
        lock (_gate) return [
            .. _events.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => KeyValuePair.Create(e.Key, e.Value.Copy()))];
    }

    /// <summary>A copy of one event's samples; null when it never happened.</summary>
    public LatencySeries? Find(string name)
    {
        lock (_gate) return _events.TryGetValue(name, out LatencySeries? series) ? series.Copy() : null;
    }

    /// <summary>Forgets the named events, all when none is named; returns how many there were.</summary>
    public int Reset(IReadOnlyList<string> names)
    {
        lock (_gate)
        {
            if (names.Count > 0) return names.Count(_events.Remove);
            int count = _events.Count;
            _events.Clear();
            return count;
        }
    }
}
