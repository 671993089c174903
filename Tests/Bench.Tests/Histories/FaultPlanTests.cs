using OrleansKv.Bench.Histories.Faults;

namespace OrleansKv.Bench.Tests.Histories;

public sealed class FaultPlanTests
{
    [Fact]
    public void Next_OfOneSeed_IsTheSameEachTime() => Assert.Equal(Faults(FaultChoice.Mixed, 3), Faults(FaultChoice.Mixed, 3));

    [Fact]
    public void Next_OfMixed_HasEachKindAndEachNode()
    {
        PlannedFault[] faults = Faults(FaultChoice.Mixed, 1);
        Assert.Equal([FaultKind.Kill, FaultKind.Stop, FaultKind.AllKill], faults.Select(f => f.Kind).Distinct().Order());
        Assert.Equal([0, 1, 2], faults.Select(f => f.Node).Distinct().Order());
    }

    [Fact]
    public void Next_OfStop_LastsFromThreeTenthsOfASecondToEight() =>
        Assert.All(Faults(FaultChoice.Stop, 1), f => Assert.InRange(f.Away.TotalSeconds, 0.3, 8));

    private static PlannedFault[] Faults(FaultChoice choice, int seed)
    {
        var plan = new FaultPlan(choice, seed, 3);
        return [.. Enumerable.Range(0, 100).Select(_ => plan.Next())];
    }
}
