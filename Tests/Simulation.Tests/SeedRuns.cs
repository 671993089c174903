using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Simulation.Tests;

/// <summary>Runs of a simulation seed by seed: the core as it is, and one with an error that must be found.</summary>
internal sealed class SeedRuns(Func<int, SimulationResult> run, ITestOutputHelper output)
{
    /// <summary>Seeds within which an error must be found; each is found in far fewer.</summary>
    private const int SeedsForAnError = 2_000;

    /// <summary>No seed finds a violation, and enough happens for that to mean anything.</summary>
    /// <param name="seeds">From 1 on.</param>
    /// <param name="operationsASeed">More than so many must have been answered on average.</param>
    public void AssertNoViolation(int seeds, int operationsASeed)
    {
        var sum = new SimulationTotals();
        for (int seed = 1; seed <= seeds; seed++)
        {
            SimulationResult result = run(seed);
            Assert.True(result.Violation is null, $"seed {seed}: {result.Violation}");
            sum.Add(result);
        }

        output.WriteLine(sum.ToString());
        Assert.True(sum.Undecided * 100 <= seeds, $"{sum.Undecided} histories were too long to be decided: they say nothing");
        bool isEnough = sum.Operations > seeds * operationsASeed && sum.Faults > seeds * 10;
        Assert.True(isEnough, "too little happened for the run to mean anything");
    }

    /// <summary>Some seed finds a violation.</summary>
    /// <param name="firstSeed">Shortly before the first one that is known to.</param>
    /// <param name="counts">Whether a violation is of the kind that is looked for.</param>
    public void AssertFound(int firstSeed, Func<string, bool> counts)
    {
        for (int seed = firstSeed; seed < firstSeed + SeedsForAnError; seed++)
        {
            if (run(seed).Violation is not { } violation || !counts(violation)) continue;
            output.WriteLine($"seed {seed}: {violation}");
            return;
        }

        Assert.Fail($"{SeedsForAnError} seeds and no violation");
    }
}
