using System.Diagnostics;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

public sealed class PacerTests
{
    private const long Start = 1_000_000_007;

    [Theory]
    [InlineData(1000.0, 1)]
    [InlineData(3.0, 1)]
    [InlineData(40_000.0, 50)]
    [InlineData(123_456.789, 7)]
    public void NextDueTs_IsTheStartPlusKByTheRate_WithoutDrift(double rate, int connections)
    {
        var pacer = new Pacer(Start, rate, connections);
        for (long k = 0; k < 100_000; k++)
        {
            long due = pacer.NextDueTs;
            decimal exact = Start + (k * Stopwatch.Frequency / (decimal)rate);
            Assert.InRange(due, exact - 1.01m, exact + 1.01m);
            Assert.Equal(due, pacer.DueTs((int)(k % connections), k / connections));
            Assert.Equal((int)(k % connections), pacer.TakeNext());
        }
    }

    [Fact]
    public void NextDueTs_AWeekOn_IsStillOnTime()
    {
        const long Week = 7 * 24 * 3600;
        var pacer = new Pacer(Start, 40_000, 50);
        Assert.Equal(Start + (Week * Stopwatch.Frequency), pacer.DueTs(0, 40_000 * Week / 50));
    }

    [Fact]
    public void SleepMs_EndsBeforeTheNextIsDue_AndNeverLastsLong()
    {
        var pacer = new Pacer(Start, 1, 1);
        pacer.TakeNext();
        long due = Start + Stopwatch.Frequency;
        Assert.Equal(100, pacer.SleepMs(Start));
        Assert.Equal(49, pacer.SleepMs(due - RunPlan.Ticks(0.05)));
        Assert.Equal(1, pacer.SleepMs(due - RunPlan.Ticks(0.002)));
        Assert.Equal(0, pacer.SleepMs(due - RunPlan.Ticks(0.0019)));
        Assert.Equal(0, pacer.SleepMs(due));
        Assert.Equal(0, pacer.SleepMs(due + RunPlan.Ticks(3600)));
    }
}
