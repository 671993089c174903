using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Tests.Stats;

public sealed class ThroughputSeriesTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void PerSecond_CountsRepliesInTheirInterval_AndDividesTheLastByWhatItHad()
    {
        var series = new ThroughputSeries();
        series.Add(0, 10);
        series.Add(SecondNs - 1, 20);
        series.Add(SecondNs, 5);
        series.Add((2 * SecondNs) + (SecondNs / 4), 100);
        Assert.Equal([30, 5, 200], series.PerSecond(SecondNs, (2 * SecondNs) + (SecondNs / 2)));
    }

    [Fact]
    public void PerSecond_LeavesOutALastIntervalOfLessThanAFifth()
    {
        var series = new ThroughputSeries();
        series.Add(0, 10);
        series.Add(SecondNs, 3);
        Assert.Equal([10], series.PerSecond(SecondNs, SecondNs + (SecondNs / 10)));
    }

    [Fact]
    public void Add_BeyondTheLastCell_DoublesTheWidthAndLosesNothing()
    {
        var series = new ThroughputSeries();
        for (int second = 0; second < 3600; second++) series.Add(second * SecondNs, 1);
        Assert.Equal(512_000_000, series.WidthNs);
        Assert.Equal(3600, series.PerSecond(series.WidthNs, 3600 * SecondNs).Sum() * series.WidthNs / SecondNs, 1e-6);
    }

    [Fact]
    public void Merge_OfAWiderSeries_KeepsEveryReply()
    {
        ThroughputSeries narrow = new(), wide = new();
        narrow.Add(5 * SecondNs, 7);
        wide.Add(5 * SecondNs, 1);
        wide.Add(2000 * SecondNs, 2);
        narrow.Merge(wide);
        Assert.Equal(wide.WidthNs, narrow.WidthNs);
        double[] perSecond = narrow.PerSecond(10 * wide.WidthNs, 3000 * SecondNs);
        Assert.Equal(10, perSecond.Sum() * 10 * wide.WidthNs / SecondNs, 1e-6);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(50, 1)]
    [InlineData(300, 10)]
    [InlineData(999, 20)]
    [InlineData(5_000, 100)]
    [InlineData(10_000, 200)]
    [InlineData(60_000, 1_000)]
    [InlineData(3_600_000, 512)] // the width by then
    public void IntervalNs_IsAboutAFiftiethOfTheRun_AndASecondAtTheMost(int elapsedMs, int intervalMs)
    {
        var series = new ThroughputSeries();
        for (long ms = 0; ms < elapsedMs; ms++) series.Add(ms * 1_000_000, 3);
        long intervalNs = series.IntervalNs(elapsedMs * 1_000_000L);
        Assert.Equal(intervalMs, intervalNs / 1e6);
        Assert.Equal(0, intervalNs % series.WidthNs);
        Assert.All(series.PerSecond(intervalNs, elapsedMs * 1_000_000L), perSecond => Assert.Equal(3000, perSecond, 1));
    }
}
