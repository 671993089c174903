using OrleansKv.Gateway.Metrics;
using Xunit;

namespace OrleansKv.Gateway.Tests.Metrics;

/// <summary>The histogram against sorted exact values.</summary>
public sealed class LatencyHistogramTests
{
    /// <summary>What the type promises: half a bucket over its lower end.</summary>
    private const double MaxRelativeError = 1.0 / 32;

    private static readonly double[] Shares = [0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    [Fact]
    public void IndexOf_EveryPowerAndItsNeighbours_IsInItsBucketAndNeverGoesBack()
    {
        int before = 0;
        for (int bit = 0; bit < 37; bit++)
        {
            foreach (long value in new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1, (1L << bit) + (1L << bit) / 3 })
            {
                int index = LatencyHistogram.IndexOf(value);
                Assert.InRange(index, Math.Min(before, index), LatencyHistogram.BucketCount - 1);
                Assert.True(LatencyHistogram.LowerNs(index) <= value, $"{value}");
                if (index + 1 < LatencyHistogram.BucketCount) Assert.True(LatencyHistogram.LowerNs(index + 1) > value, $"{value}");
                if (value > (1L << bit)) before = index;
            }
        }
    }

    [Fact]
    public void MiddleNs_EveryBucket_IsWithinTheErrorOfItsEnds()
    {
        for (int i = 1; i < LatencyHistogram.BucketCount - 1; i++)
        {
            double middle = LatencyHistogram.MiddleNs(i);
            Assert.InRange(middle / LatencyHistogram.LowerNs(i), 1, 1 + MaxRelativeError);
            Assert.InRange(middle / (LatencyHistogram.LowerNs(i + 1) - 1), 1 - MaxRelativeError, 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void QuantileNs_RandomDurations_IsWithinFivePercentOfExact(int seed)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        long[] exact = new long[20_000];
        for (int i = 0; i < exact.Length; i++)
        {
            exact[i] = (long)Math.Pow(10, random.NextDouble() * 11); // 1 ns to 100 s, even over the magnitudes
            histogram.Record(exact[i]);
        }

        Array.Sort(exact);
        var snapshot = new HistogramSnapshot();
        snapshot.Add(histogram);
        foreach (double share in Shares)
        {
            long truth = exact[Math.Max(0, (int)Math.Ceiling(share * exact.Length) - 1)];
            double error = Math.Abs(snapshot.QuantileNs(share) - truth) / (double)truth;
            Assert.True(error <= MaxRelativeError, $"seed {seed}, {share}: {snapshot.QuantileNs(share)} for {truth}, {error:P2}");
        }

        Assert.Equal(exact[^1], snapshot.MaxNs);
        Assert.Equal(exact.Sum(), snapshot.TotalNs);
        Assert.Equal(exact.Length, snapshot.Count);
    }

    [Fact]
    public void Add_TwoHistograms_IsAsIfOneHadAll()
    {
        LatencyHistogram left = new(), right = new(), both = new();
        var random = new Random(4);
        for (int i = 0; i < 5000; i++)
        {
            long ns = random.NextInt64(1, 10_000_000);
            (i % 3 == 0 ? left : right).Record(ns);
            both.Record(ns);
        }

        HistogramSnapshot merged = new(), whole = new(), half = new();
        merged.Add(left);
        half.Add(right);
        merged.Add(half);
        whole.Add(both);
        foreach (double share in Shares) Assert.Equal(whole.QuantileNs(share), merged.QuantileNs(share));
        Assert.Equal((whole.Count, whole.TotalNs, whole.MaxNs), (merged.Count, merged.TotalNs, merged.MaxNs));
    }

    [Fact]
    public void Record_BeyondTheRangeAndNegative_KeepsTheMaximumAndCounts()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue / 4);
        var snapshot = new HistogramSnapshot();
        snapshot.Add(histogram);
        Assert.Equal(2, snapshot.Count);
        Assert.Equal(0, snapshot.QuantileNs(0.5));
        Assert.Equal(long.MaxValue / 4, snapshot.QuantileNs(1));
    }

    [Fact]
    public void CountBelowPowerOfTwo_IsExact()
    {
        var histogram = new LatencyHistogram();
        foreach (long ns in new long[] { 0, 1023, 1024, 2047, 2048 }) histogram.Record(ns);
        var snapshot = new HistogramSnapshot();
        snapshot.Add(histogram);
        Assert.Equal(2, snapshot.CountBelowPowerOfTwo(10));
        Assert.Equal(4, snapshot.CountBelowPowerOfTwo(11));
    }

    [Fact]
    public void QuantileNs_Empty_IsZero() => Assert.Equal(0, new HistogramSnapshot().QuantileNs(0.99));

    [Fact]
    public void Record_TooManyToCountOneByOne_AreCountedAtOnce()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(100, times: 7);
        Assert.Equal((7, 700, 100), (histogram.Count, histogram.TotalNs, histogram.MaxNs));
    }
}
