namespace OrleansKv.Bench.Stats;

/// <summary>
/// Replies counted by the time they came, in cells of equal width. At most MaxCells cells, allocated once; when a run outlasts them,
/// neighbours are added together and the width doubles, so a run of any length costs the same memory. One writer; read or merge after it
/// has stopped.
/// </summary>
internal sealed class ThroughputSeries
{
    // 1 ms gives a round of a tenth of a second a curve; 8192 of them are 8 s before the first doubling, and 64 KiB.
    private const long FirstWidthNs = 1_000_000;
    private const int MaxCells = 8192;
    private const int PointsOfACurve = 50;
    private const long MaxIntervalNs = 1_000_000_000; // a longer one would hide the stall of a snapshot or a flush

    private readonly long[] _cells = new long[MaxCells];
    private int _used;

    public long WidthNs { get; private set; } = FirstWidthNs;

    public void Add(long sinceStartNs, long replies)
    {
        long cell = Math.Max(sinceStartNs, 0) / WidthNs;
        while (cell >= MaxCells)
        {
            Double();
            cell = sinceStartNs / WidthNs;
        }

        _cells[cell] += replies;
        _used = Math.Max(_used, (int)cell + 1);
    }

    public void Merge(ThroughputSeries other)
    {
        while (WidthNs < other.WidthNs) Double();
        for (int i = 0; i < other._used; i++)
        {
            if (other._cells[i] != 0) Add(i * other.WidthNs, other._cells[i]);
        }
    }

    /// <summary>
    /// About a fiftieth of a run, a second at the most: 1, 2 or 5 times a power of ten, rounded down to a multiple of the width.
    /// </summary>
    public long IntervalNs(long elapsedNs)
    {
        long intervalNs = FirstWidthNs;
        for (int i = 0; intervalNs < Math.Min(elapsedNs / PointsOfACurve, MaxIntervalNs); i++)
        {
            intervalNs = i % 3 == 1 ? intervalNs / 2 * 5 : intervalNs * 2; // 1, 2, 5, 10
        }

        return Math.Max(intervalNs / WidthNs, 1) * WidthNs;
    }

    /// <summary>
    /// Replies a second in each interval of <paramref name="intervalNs"/> (a multiple of the width). The last interval is
    /// cut short by the end of the run at <paramref name="elapsedNs"/>: it is divided by the part of it that the run had, and
    /// left out when that is less than a fifth (a handful of replies would show as a spike).
    /// </summary>
    public double[] PerSecond(long intervalNs, long elapsedNs)
    {
        int cellsEach = (int)Math.Max(intervalNs / WidthNs, 1);
        long stepNs = cellsEach * WidthNs;
        var result = new double[(_used + cellsEach - 1) / cellsEach];
        for (int i = 0; i < _used; i++) result[i / cellsEach] += _cells[i];
        for (int i = 0; i < result.Length; i++)
        {
            long hadNs = Math.Clamp(elapsedNs - (i * stepNs), 1, stepNs);
            result[i] = result[i] * 1e9 / hadNs;
        }

        long lastHadNs = elapsedNs - ((result.Length - 1) * stepNs);
        return result.Length > 1 && lastHadNs < stepNs / 5 ? result[..^1] : result;
    }

    private void Double()
    {
        for (int i = 0; i < MaxCells; i++)
        {
            int from = 2 * i;
            _cells[i] = from + 1 < MaxCells ? _cells[from] + _cells[from + 1] : 0;
        }

        _used = (_used + 1) / 2;
        WidthNs *= 2;
    }
}
