namespace OrleansKv.Simulation;

/// <summary>What came of one seed.</summary>
/// <param name="Seed">Gives the same run again.</param>
/// <param name="Steps">Events that happened.</param>
/// <param name="Operations">Operations of clients whose outcome was known.</param>
/// <param name="Faults">Faults that were put in.</param>
/// <param name="Undecided">Histories whose check came to no end.</param>
/// <param name="Violation">What does not hold; null when all does.</param>
public sealed record SimulationResult(int Seed, long Steps, int Operations, int Faults, int Undecided, string? Violation);
