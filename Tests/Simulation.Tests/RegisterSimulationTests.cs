using OrleansKv.Engine.Registers;
using OrleansKv.Simulation.Registers;
using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Simulation.Tests;

/// <summary>The registers of the control plane under faults, seed by seed; and each error that is put in on purpose is found.</summary>
public sealed class RegisterSimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds of the core as it is; about 10 a second a core. <see cref="RegisterSimulation"/> can be given more.</summary>
    private const int Seeds = 200;

    [Fact]
    public void Registers_UnderFaults_AreLinearizable()
    {
        new SeedRuns(seed => RegisterSimulation.Run(seed, new RegisterSimulationOptions()), output).AssertNoViolation(Seeds, 100);
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
    public void Core_WithAnError_IsFound(string mutation) =>
        Find(new RegisterSimulationOptions { Mutation = Enum.Parse<RegisterMutation>(mutation) });

    // What the steps of a change of the acceptors are for shows where the acceptors change more often than the registers.
    [Theory]
    [InlineData(nameof(RegisterMutation.NoFence))]
    [InlineData(nameof(RegisterMutation.NoRewrite))]
    public void SetChange_WithAnError_IsFound(string mutation) => Find(new RegisterSimulationOptions
    {
        Mutation = Enum.Parse<RegisterMutation>(mutation),
        Registers = 12,
        ThinkTime = TimeSpan.FromMilliseconds(60),
        FaultEvery = TimeSpan.FromMilliseconds(200),
        SetChangeEvery = TimeSpan.FromMilliseconds(25),
    });

    // The search begins shortly before the first seed that finds the error, as far as it is known: the others only take time.
    [Theory]
    [InlineData(nameof(HostMutation.BallotNotFlushed), 1)]
    [InlineData(nameof(HostMutation.BallotsUsedAgain), 230)]
    [InlineData(nameof(HostMutation.LostFolderIsTheSameAcceptor), 345)]
    public void Host_WithAnError_IsFound(string mutation, int firstSeed) =>
        Find(new RegisterSimulationOptions { HostMutation = Enum.Parse<HostMutation>(mutation) }, firstSeed);

    private void Find(RegisterSimulationOptions options, int firstSeed = 1) =>
        new SeedRuns(seed => RegisterSimulation.Run(seed, options), output).AssertFound(firstSeed, static _ => true);
}
