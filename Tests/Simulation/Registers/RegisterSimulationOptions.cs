using OrleansKv.Engine.Registers;

namespace OrleansKv.Simulation.Registers;

/// <summary>What a run of <see cref="RegisterSimulation"/> is made of.</summary>
internal sealed record RegisterSimulationOptions
{
    /// <summary>Nodes, each with a folder that can be an acceptor.</summary>
    public int Nodes { get; init; } = 5;

    /// <summary>Registers that clients read and change; the one of the acceptors is another.</summary>
    public int Registers { get; init; } = 2;

    /// <summary>Simulated time with faults. After it everything heals, and each node reads each register.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time from the end of a client's operation to its next one, about.</summary>
    public TimeSpan ThinkTime { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Time between faults, about.</summary>
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between changes of the acceptors, about; null for none.</summary>
    public TimeSpan? SetChangeEvery { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>An error in the core.</summary>
    public RegisterMutation Mutation { get; init; }

    /// <summary>An error around the core.</summary>
    public HostMutation HostMutation { get; init; }
}
