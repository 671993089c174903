using System.Numerics;

namespace OrleansKv.Bench.Stats;

/// <summary>
/// A mergeable histogram of latencies, 0 ns to 60 s, to 3 significant digits (log-linear). A value and what is reported for it differ by
/// less than 0.1 %; count, min, max and sum are exact. One writer; others read or merge after it has stopped.
/// </summary>
/// <remarks>
/// Layout: values below 2048 ns have a cell each; above, every power of two is cut into 1024 cells, so a cell is at
/// most 1/1024 of its value wide. <c>cell = shift * 1024 + (value >> shift)</c> with the least shift that brings the
/// value below 2048. 60 s is below 2^36, so 26 shifts do: 27 * 1024 cells of 8 bytes, 216 KiB.
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>The largest value told apart, in ns: 60 s. Above it a value counts as this (its sum and max stay exact).</summary>
    public const long TopNs = 60_000_000_000;

    private const int HalfBits = 10;
    private const int HalfCells = 1 << HalfBits;
    private const long DirectMask = (2 * HalfCells) - 1;
    private const int CellCount = 27 * HalfCells;

    private readonly long[] _cells = new long[CellCount];

    public long Count { get; private set; }
    public long MinNs { get; private set; } = long.MaxValue;
    public long MaxNs { get; private set; }
    public double SumNs { get; private set; }
    public double MeanNs => Count == 0 ? 0 : SumNs / Count;

    /// <summary>Counts <paramref name="times"/> requests of one latency; a negative latency (a clock's fault) counts as 0.</summary>
    public void Record(long valueNs, int times = 1)
    {
        valueNs = Math.Max(valueNs, 0);
        _cells[CellOf(Math.Min(valueNs, TopNs))] += times;
        Count += times;
        SumNs += (double)valueNs * times;
        MinNs = Math.Min(MinNs, valueNs);
        MaxNs = Math.Max(MaxNs, valueNs);
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _cells.Length; i++) _cells[i] += other._cells[i];
        Count += other.Count;
        SumNs += other.SumNs;
        MinNs = Math.Min(MinNs, other.MinNs);
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>
    /// The least latency that at least <paramref name="percentile"/> % of all requests stay within (nearest rank), as the
    /// upper end of its cell so that it is never flattered; 100 gives the exact maximum. 0 when nothing was recorded.
    /// </summary>
    public long PercentileNs(double percentile)
    {
        if (Count == 0) return 0;
        // 1e-9: 99.9 / 100 * 1000 is 999.0000000000001 in binary and must be rank 999.
        long rank = Math.Clamp((long)Math.Ceiling((percentile / 100 * Count) - 1e-9), 1, Count);
        long seen = 0;
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            seen += _cells[cell];
            if (seen >= rank) return rank == Count ? MaxNs : Math.Min(UpperEndOf(cell), MaxNs);
        }

        return MaxNs;
    }

    private static int CellOf(long valueNs)
    {
        int shift = BitOperations.Log2((ulong)(valueNs | DirectMask)) - HalfBits;
        return (shift << HalfBits) + (int)(valueNs >> shift);
    }

    private static long UpperEndOf(int cell)
    {
        int shift = Math.Max((cell >> HalfBits) - 1, 0);
        long top = cell - ((long)shift << HalfBits);
        return ((top + 1) << shift) - 1;
    }
}
