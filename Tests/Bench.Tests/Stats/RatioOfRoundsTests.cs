using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Tests.Stats;

public sealed class RatioOfRoundsTests
{
    [Theory]
    [InlineData(new double[] { }, 0, 0, 0)]
    [InlineData(new double[] { 7 }, 7, 7, 7)]
    [InlineData(new double[] { 3, 1 }, 2, 1, 3)]
    [InlineData(new double[] { 9, 1, 5 }, 5, 1, 9)]
    [InlineData(new double[] { 100, 2, 1, 4 }, 3, 1, 100)]
    public void Spread_OfUnsortedFigures_IsMedianLeastAndGreatest(double[] values, double median, double min, double max) =>
        Assert.Equal(new Spread(median, min, max), Spread.Of(values));

    [Fact]
    public void Ratio_IsOfTheMedians_NotTheMedianOfTheRatios()
    {
        // The medians are 10 and 10.
        RatioOfRounds ratio = RatioOfRounds.Of([100, 1, 10], [10, 10, 10]);
        Assert.Equal(1, ratio.OfMedians);
        Assert.Equal([10, 0.1, 1], ratio.Rounds);
        // Here the two differ: the medians are 2 and 8, the ratios 0.5, 0.1 and 2.
        ratio = RatioOfRounds.Of([2, 1, 16], [4, 10, 8]);
        Assert.Equal(2.0 / 8, ratio.OfMedians);
        Assert.Equal((0.1, 2), (ratio.Min, ratio.Max));
    }

    [Fact]
    public void Ratio_OfNothingByNothing_IsZero_BecauseJsonHasNoNaN()
    {
        RatioOfRounds ratio = RatioOfRounds.Of([0, 5], [0, 0]);
        Assert.Equal((0, 0, 0), (ratio.OfMedians, ratio.Min, ratio.Max));
        Assert.Equal([0, 0], ratio.Rounds);
    }

    [Fact]
    public void MedianOf_Rounds_TakesEachFigureByItself()
    {
        LatencySummary median = LatencySummary.MedianOf(
        [
            new(10, MeanMicros: 1, MinMicros: 5, P50Micros: 30, P95Micros: 1, P99Micros: 9, P999Micros: 2, MaxMicros: 7),
            new(20, MeanMicros: 3, MinMicros: 4, P50Micros: 10, P95Micros: 2, P99Micros: 8, P999Micros: 3, MaxMicros: 99),
            new(30, MeanMicros: 2, MinMicros: 6, P50Micros: 20, P95Micros: 3, P99Micros: 7, P999Micros: 1, MaxMicros: 8),
        ]);
        Assert.Equal(new LatencySummary(
            60, MeanMicros: 2, MinMicros: 4, P50Micros: 20, P95Micros: 2, P99Micros: 8, P999Micros: 2, MaxMicros: 99), median);
    }
}
