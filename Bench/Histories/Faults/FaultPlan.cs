namespace OrleansKv.Bench.Histories.Faults;

/// <summary>Faults by a seed: the same ones in the same order each time. Thread: one.</summary>
internal sealed class FaultPlan(FaultChoice choice, int seed, int nodes)
{
    /// <summary>Shorter than a lease (1 s), and longer than it takes to be declared dead.</summary>
    private const double MinStopSeconds = 0.3, MaxStopSeconds = 8;

    /// <summary>Some are back before anybody has missed them.</summary>
    private const double MinKillSeconds = 0, MaxKillSeconds = 6;

    private readonly Random _random = new(seed);

    public PlannedFault Next()
    {
        FaultKind kind = choice switch
        {
            FaultChoice.Kill => FaultKind.Kill,
            FaultChoice.Stop => FaultKind.Stop,
            FaultChoice.AllKill => FaultKind.AllKill,
            // One node is more often hit than all.
            FaultChoice.Mixed => _random.Next(5) switch { < 2 => FaultKind.Kill, < 4 => FaultKind.Stop, _ => FaultKind.AllKill },
            _ => throw new InvalidOperationException("no faults were asked for"),
        };
        (double min, double max) = kind switch
        {
            FaultKind.Stop => (MinStopSeconds, MaxStopSeconds),
            FaultKind.Kill => (MinKillSeconds, MaxKillSeconds),
            _ => (0, 1),
        };
        // Half of them are in the first quarter, where a lease ends and a node is found dead.
        double part = _random.NextDouble();
        return new PlannedFault(kind, _random.Next(nodes), TimeSpan.FromSeconds(min + ((max - min) * part * part)));
    }
}
