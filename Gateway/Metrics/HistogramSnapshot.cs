namespace OrleansKv.Gateway.Metrics;

/// <summary>Histograms added up, and what can be asked of them. Confined to the thread that builds it; immutable once handed out.</summary>
public sealed class HistogramSnapshot
{
    private readonly long[] _buckets = new long[LatencyHistogram.BucketCount];

    /// <summary>Counted from the buckets that were read, so that quantiles and count agree whatever the writer did meanwhile.</summary>
    public long Count { get; private set; }

    public long TotalNs { get; private set; }

    public long MaxNs { get; private set; }

    public void Add(LatencyHistogram histogram)
    {
        ReadOnlySpan<long> read = histogram.Buckets;
        for (int i = 0; i < read.Length; i++)
        {
            long count = Volatile.Read(in read[i]);
            _buckets[i] += count;
            Count += count;
        }

        TotalNs += histogram.TotalNs;
        MaxNs = Math.Max(MaxNs, histogram.MaxNs);
    }

    public void Add(HistogramSnapshot other)
    {
        for (int i = 0; i < _buckets.Length; i++) _buckets[i] += other._buckets[i];
        Count += other.Count;
        TotalNs += other.TotalNs;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The duration that a share of events (0.99: 99 %) did not exceed, nearest rank; 0 when there were none.</summary>
    public long QuantileNs(double share)
    {
        if (Count == 0) return 0;
        long rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        long below = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            below += _buckets[i];
            if (below < rank) continue;
            return i == _buckets.Length - 1 ? MaxNs : Math.Min(LatencyHistogram.MiddleNs(i), MaxNs);
        }

        return MaxNs;
    }

    /// <summary>Events shorter than a power of two nanoseconds: exact, for buckets begin there.</summary>
    public long CountBelowPowerOfTwo(int exponent)
    {
        long sum = 0;
        int end = LatencyHistogram.IndexOf(1L << exponent);
        for (int i = 0; i < end; i++) sum += _buckets[i];
        return sum;
    }
}
