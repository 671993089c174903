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

    [Fact]
    public void Next_OfCut_HasEachKindOfCut_AndOfMixedWithANetworkEachKindThereIs()
    {
        Assert.Equal([FaultKind.Isolate, FaultKind.Mute, FaultKind.CutPair],
            Faults(FaultChoice.Cut, 1).Select(f => f.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<FaultKind>(), Faults(FaultChoice.Mixed, 1, hasNetwork: true).Select(f => f.Kind).Distinct().Order());
    }

    private static PlannedFault[] Faults(FaultChoice choice, int seed, bool hasNetwork = false)
    {
        var plan = new FaultPlan(choice, seed, 3, hasNetwork);
        return [.. Enumerable.Range(0, 100).Select(_ => plan.Next())];
    }
}
