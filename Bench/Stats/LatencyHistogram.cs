using HdrHistogram;

namespace OrleansKv.Bench.Stats;

/// <summary>
/// A mergeable histogram of latencies in ns: HdrHistogram's table of counts, and beside it the exact minimum, maximum and sum, which that
/// table does not keep. No lock: one thread records; others read or merge after it has stopped.
/// </summary>
/// <remarks>
/// The table keeps 3 significant digits: a value and what is reported for it differ by less than 0.1 %, and rounds of the same load differ
/// by more. From 1 ns to 60 s that takes 27 * 1024 counts of 8 bytes, 216 KiB a histogram. A worker records into three.
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>
    /// The largest value told apart, in ns: 60 s, after which a run without any reply is given up (<see cref="Load.StallWatch"/>). An open
    /// loop that the server cannot follow has longer latencies. They are counted as 60 s, because the table throws on a value that lies
    /// beyond its counts (from 2^36 ns, 68.7 s); their sum and maximum stay exact.
    /// </summary>
    public const long TopNs = 60_000_000_000;

    private const int SignificantDigits = 3;

    private readonly LongHistogram _counts = new(TopNs, SignificantDigits);

    public long Count => _counts.TotalCount;
    public long MinNs { get; private set; } = long.MaxValue;
    public long MaxNs { get; private set; }
    public double SumNs { get; private set; }
    public double MeanNs => Count == 0 ? 0 : SumNs / Count;

    /// <summary>Counts <paramref name="times"/> requests of one latency; a negative latency (a clock's fault) counts as 0.</summary>
    public void Record(long valueNs, int times = 1)
    {
        valueNs = Math.Max(valueNs, 0);
        _counts.RecordValueWithCount(Math.Min(valueNs, TopNs), times);
        SumNs += (double)valueNs * times;
        MinNs = Math.Min(MinNs, valueNs);
        MaxNs = Math.Max(MaxNs, valueNs);
    }

    public void Add(LatencyHistogram other)
    {
        _counts.Add(other._counts);
        SumNs += other.SumNs;
        MinNs = Math.Min(MinNs, other.MinNs);
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>
    /// The least latency that at least <paramref name="percentile"/> % of all requests stay within (nearest rank), as the
    /// upper end of its cell so that it is never flattered; 100 gives the exact maximum, and so does a percentile that lies beyond
    /// <see cref="TopNs"/>, where latencies are not told apart. 0 when nothing was recorded.
    /// </summary>
    public long PercentileNs(double percentile)
    {
        if (Count == 0) return 0;
        // 1e-9: 99.9 / 100 * 1000 is 999.0000000000001 in binary and must be rank 999.
        long rank = Math.Clamp((long)Math.Ceiling((percentile / 100 * Count) - 1e-9), 1, Count);
        // HdrHistogram 2.5.0 rounds to the nearer rank, which may lie below: it is given the percentile that falls on the rank above.
        long valueNs = _counts.GetValueAtPercentile(100.0 * rank / Count);
        return rank == Count || valueNs >= TopNs ? MaxNs : Math.Min(valueNs, MaxNs);
    }
}
