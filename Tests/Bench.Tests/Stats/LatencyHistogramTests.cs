using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Tests.Stats;

/// <summary>What is ours around HdrHistogram's table: ranks, exact minimum, maximum and sum, values beyond the range, merges.</summary>
public sealed class LatencyHistogramTests
{
    private static readonly double[] Percentiles = [0, 0.001, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void PercentileNs_OfRandomLatencies_IsTheSortedListsWithinAThousandth(int seed)
    {
        var random = new Random(seed);
        int count = random.Next(1, 20_000);
        // Exponents are drawn evenly, so every power of two from 1 ns to 60 s has its share.
        long[] values = [.. Enumerable.Range(0, count).Select(_ => (long)Math.Exp(random.NextDouble() * Math.Log(LatencyHistogram.TopNs)))];
        LatencyHistogram histogram = Of(values);
        Array.Sort(values);
        foreach (double percentile in Percentiles)
        {
            long exact = values[Rank(percentile, count) - 1];
            long shown = histogram.PercentileNs(percentile);
            Assert.True(shown >= exact && shown - exact <= exact / 1000.0,
                $"seed {seed}: p{percentile} of {count} is {exact} ns, shown as {shown} ns");
        }

        Assert.Equal((values[0], values[^1]), (histogram.MinNs, histogram.MaxNs));
        Assert.Equal(count, histogram.Count);
        Assert.Equal(values.Average(), histogram.MeanNs, values.Average() * 1e-9);
    }

    [Fact]
    public void PercentileNs_BetweenTwoRanks_IsTheUpperOne()
    {
        // 25 % of 5 are 1.25 values. HdrHistogram 2.5.0 alone rounds that down, and tells a latency that only 20 % stay within.
        Assert.Equal(20, Of([10, 20, 30, 40, 50]).PercentileNs(25));
    }

    [Fact]
    public void PercentileNs_ThatTheBinaryFractionWouldRoundUp_KeepsItsRank()
    {
        // 99.9 / 100 * 1000 is 999.0000000000001.
        LatencyHistogram histogram = Of([.. Enumerable.Range(1, 1000).Select(i => (long)i)]);
        Assert.Equal(999, histogram.PercentileNs(99.9));
    }

    [Fact]
    public void MinNsAndMaxNs_WhereTheCellsAreWide_AreExact()
    {
        LatencyHistogram histogram = Of([1_000_000_001, 123_456_701, 500_000_000]);
        Assert.Equal(1_000_000_001, histogram.MaxNs);
        Assert.Equal(1_000_000_001, histogram.PercentileNs(100));
        Assert.Equal(123_456_701, histogram.MinNs);
    }

    [Fact]
    public void Record_AboveTheTop_KeepsMaximumAndSum()
    {
        const long Beyond = 3 * LatencyHistogram.TopNs;
        LatencyHistogram histogram = Of([Beyond, Beyond, Beyond]);
        Assert.Equal(Beyond, histogram.MaxNs);
        Assert.Equal(Beyond, histogram.MeanNs);
        Assert.Equal(Beyond, histogram.PercentileNs(100));
    }

    /// <summary>They were told as 60 s once, less than they were: a server behind by minutes looked better than it was.</summary>
    [Fact]
    public void PercentileNs_AboveTheTop_IsNeverBelowTheValue()
    {
        LatencyHistogram histogram = Of([1000, 2 * LatencyHistogram.TopNs, 3 * LatencyHistogram.TopNs]);
        Assert.Equal([1000, 3 * LatencyHistogram.TopNs], new[] { 33.0, 66 }.Select(histogram.PercentileNs));
    }

    [Fact]
    public void Record_OfANegativeLatency_CountsAsZero()
    {
        LatencyHistogram histogram = Of([-7]);
        Assert.Equal((1, 0, 0, 0), (histogram.Count, histogram.MinNs, histogram.MaxNs, histogram.SumNs));
    }

    [Fact]
    public void Record_ManyAtOnce_IsTheSameAsOneByOne()
    {
        LatencyHistogram one = Of([700, 700, 700, 5_000_000]);
        var many = new LatencyHistogram();
        many.Record(700, 3);
        many.Record(5_000_000);
        AssertSame(one, many);
    }

    [Fact]
    public void Add_TwoHistograms_IsTheHistogramOfAllValues()
    {
        var random = new Random(11);
        long[] left = [.. Enumerable.Range(0, 3000).Select(_ => random.NextInt64(0, 2_000_000))];
        long[] right = [.. Enumerable.Range(0, 500).Select(_ => random.NextInt64(1_000_000, 900_000_000))];
        LatencyHistogram merged = Of(left);
        merged.Add(Of(right));
        AssertSame(Of([.. left, .. right]), merged);
    }

    [Fact]
    public void Add_AnEmptyOne_ChangesNothing()
    {
        LatencyHistogram merged = Of([10, 20]);
        merged.Add(new LatencyHistogram());
        AssertSame(Of([10, 20]), merged);
        var first = new LatencyHistogram();
        first.Add(Of([10, 20]));
        AssertSame(Of([10, 20]), first);
    }

    [Fact]
    public void Empty_IsAllZero()
    {
        var histogram = new LatencyHistogram();
        Assert.All(Percentiles, p => Assert.Equal(0, histogram.PercentileNs(p)));
        Assert.Equal((0, 0, 0), (histogram.Count, histogram.MaxNs, histogram.MeanNs));
        Assert.Equal(new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0), LatencySummary.Of(histogram));
    }

    private static LatencyHistogram Of(long[] values)
    {
        var histogram = new LatencyHistogram();
        Array.ForEach(values, v => histogram.Record(v));
        return histogram;
    }

    // In decimal, where 99.9 is 99.9.
    private static int Rank(double percentile, int count) => Math.Max((int)Math.Ceiling((decimal)percentile * count / 100), 1);

    private static void AssertSame(LatencyHistogram expected, LatencyHistogram actual)
    {
        Assert.Equal((expected.Count, expected.MinNs, expected.MaxNs, expected.SumNs),
            (actual.Count, actual.MinNs, actual.MaxNs, actual.SumNs));
        Assert.All(Percentiles, p => Assert.Equal(expected.PercentileNs(p), actual.PercentileNs(p)));
    }
}
