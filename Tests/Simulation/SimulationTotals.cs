namespace OrleansKv.Simulation;

/// <summary>The sums over many seeds. Any thread.</summary>
public sealed class SimulationTotals
{
    private readonly Lock _lock = new();

    public long Seeds { get; private set; }

    public long Steps { get; private set; }

    public long Operations { get; private set; }

    public long Faults { get; private set; }

    public long Undecided { get; private set; }

    /// <summary>The lowest of the seeds that found a violation; null when none has.</summary>
    public SimulationResult? Violation { get; private set; }

    /// <summary>False when this seed has found a violation.</summary>
    public bool Add(SimulationResult result)
    {
        lock (_lock)
        {
            Seeds++;
            Steps += result.Steps;
            Operations += result.Operations;
            Faults += result.Faults;
            Undecided += result.Undecided;
            if (result.Violation is not null && (Violation is null || result.Seed < Violation.Seed)) Violation = result;
            return result.Violation is null;
        }
    }

    public override string ToString() =>
        $"{Seeds} seeds, {Steps} steps, {Operations} operations, {Faults} faults, {Undecided} histories undecided";
}
