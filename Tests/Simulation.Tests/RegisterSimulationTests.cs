using OrleansKv.Engine.Registers;
using OrleansKv.Simulation.Registers;
using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Simulation.Tests;

/// <summary>The registers of the control plane under faults, seed by seed; and each error that is put in on purpose is found.</summary>
public sealed class RegisterSimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds of the core as it is; some 100 to 200 a second a core.</summary>
    private const int Seeds = 1_000;

    /// <summary>Seeds within which an error must be found; each is found in far fewer.</summary>
    private const int SeedsForAnError = 2_000;

    [Fact]
    public void Registers_UnderFaults_AreLinearizable()
    {
        long steps = 0, operations = 0, faults = 0, undecided = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            SimulationResult result = RegisterSimulation.Run(seed, new RegisterSimulationOptions());
            Assert.True(result.Violation is null, $"seed {seed}: {result.Violation}");
            steps += result.Steps;
            operations += result.Operations;
            faults += result.Faults;
            undecided += result.Undecided;
        }

        output.WriteLine($"{Seeds} seeds, {steps} steps, {operations} operations, {faults} faults, {undecided} histories undecided");
        Assert.Equal(0, undecided);
        Assert.True(operations > Seeds * 100 && faults > Seeds * 10, "too little happened for the run to mean anything");
    }

    [Fact]
    public void Seed_RunTwice_IsTheSameRun()
    {
        var options = new RegisterSimulationOptions();
        Assert.Equal(RegisterSimulation.Run(42, options), RegisterSimulation.Run(42, options));
    }

    [Theory]
    [InlineData(nameof(RegisterMutation.ReadOfOneAcceptor))]
    [InlineData(nameof(RegisterMutation.ReadOfUnfinishedValue))]
    [InlineData(nameof(RegisterMutation.ChangeAppliedTwice))]
    [InlineData(nameof(RegisterMutation.FirstValueInsteadOfHighest))]
    [InlineData(nameof(RegisterMutation.NoFence))]
    [InlineData(nameof(RegisterMutation.NoRewrite))]
    public void Core_WithAnError_IsFound(string mutation) => Find(new RegisterSimulationOptions { Mutation = Enum.Parse<RegisterMutation>(mutation) });

    [Theory]
    [InlineData(nameof(HostMutation.BallotNotFlushed))]
    [InlineData(nameof(HostMutation.BallotsUsedAgain))]
    [InlineData(nameof(HostMutation.LostFolderIsTheSameAcceptor))]
    public void Host_WithAnError_IsFound(string mutation) => Find(new RegisterSimulationOptions { HostMutation = Enum.Parse<HostMutation>(mutation) });

    private void Find(RegisterSimulationOptions options)
    {
        for (int seed = 1; seed <= SeedsForAnError; seed++)
        {
            if (RegisterSimulation.Run(seed, options).Violation is not { } violation) continue;
            output.WriteLine($"seed {seed}: {violation}");
            return;
        }

        Assert.Fail($"{SeedsForAnError} seeds and no violation");
    }
}
