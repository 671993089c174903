namespace OrleansKv.Bench.Histories.Faults;

/// <summary>Faults by a seed: the same ones in the same order each time. Thread: one.</summary>
/// <param name="choice">Which.</param>
/// <param name="seed">Of the choices.</param>
/// <param name="nodes">How many nodes there are.</param>
/// <param name="hasNetwork">Ways between nodes can be cut.</param>
internal sealed class FaultPlan(FaultChoice choice, int seed, int nodes, bool hasNetwork = false)
{
    /// <summary>Shorter than a lease (1 s), and longer than it takes to be declared dead.</summary>
    private const double MinAwaySeconds = 0.3, MaxAwaySeconds = 8;

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
            FaultChoice.Cut => Cut(),
            // One node is more often hit than all.
            FaultChoice.Mixed => _random.Next(hasNetwork ? 7 : 5) switch
            {
                < 2 => FaultKind.Kill, < 4 => FaultKind.Stop, 4 => FaultKind.AllKill, _ => Cut(),
            },
            _ => throw new InvalidOperationException("no faults were asked for"),
        };
        (double min, double max) = kind switch
        {
            FaultKind.Kill => (MinKillSeconds, MaxKillSeconds),
            FaultKind.AllKill => (0, 1),
            _ => (MinAwaySeconds, MaxAwaySeconds),
        };
        // Half of them are in the first quarter, where a lease ends and a node is found dead.
        double part = _random.NextDouble();
        return new PlannedFault(kind, _random.Next(nodes), TimeSpan.FromSeconds(min + ((max - min) * part * part)));
    }

    private FaultKind Cut() => _random.Next(3) switch { 0 => FaultKind.Isolate, 1 => FaultKind.Mute, _ => FaultKind.CutPair };
}
