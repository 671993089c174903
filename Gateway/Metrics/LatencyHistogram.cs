using System.Numerics;

namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// Counts of durations in log-linear buckets: 16 to each power of two nanoseconds, so that the middle of a bucket is at most 1/32
/// (3.2 %) away from what fell in it; below 32 ns each has its own. 544 buckets, 4.4 KB, reach 137 s; longer ones count in the last
/// (the maximum stays exact). One thread writes; any thread may read meanwhile, and sees each counter whole, a few of the latest
/// perhaps not yet.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>log2 of the buckets a power of two: 16 is the smallest that keeps the error under 5 %.</summary>
    private const int Precision = 4;

    private const int LinearEnd = 2 << Precision;

    /// <summary>Powers of two up to 2^37 ns = 137 s: the first that holds 100 s.</summary>
    private const int TopBit = 37;

    internal const int BucketCount = (TopBit - Precision + 1) << Precision;

    private readonly long[] _buckets = new long[BucketCount];
    private long _count;
    private long _totalNs;
    private long _maxNs;

    internal ReadOnlySpan<long> Buckets => _buckets;

    public long Count => Volatile.Read(ref _count);

    public long TotalNs => Volatile.Read(ref _totalNs);

    public long MaxNs => Volatile.Read(ref _maxNs);

    /// <summary>Counts <paramref name="times"/> events of this duration. Writer thread. A clock that went back counts as 0.</summary>
    public void Record(long durationNs, long times = 1)
    {
        if (durationNs < 0) durationNs = 0;
        _buckets[IndexOf(durationNs)] += times;
        _count += times;
        _totalNs += durationNs * times;
        if (durationNs > _maxNs) _maxNs = durationNs;
    }

    internal static int IndexOf(long durationNs)
    {
        int shift = BitOperations.Log2((ulong)durationNs | (1UL << Precision)) - Precision;
        int index = (shift << Precision) + (int)Math.Min(durationNs >> shift, LinearEnd - 1);
        return Math.Min(index, BucketCount - 1);
    }

    /// <summary>First duration of a bucket.</summary>
    internal static long LowerNs(int index)
    {
        if (index < LinearEnd) return index;
        int shift = (index >> Precision) - 1;
        return (long)((1 << Precision) + (index & ((1 << Precision) - 1))) << shift;
    }

    /// <summary>Middle of a bucket: what a quantile says.</summary>
    internal static long MiddleNs(int index)
    {
        if (index < LinearEnd) return index;
        return LowerNs(index) + ((1L << ((index >> Precision) - 1)) / 2);
    }
}
