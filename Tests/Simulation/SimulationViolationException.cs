namespace OrleansKv.Simulation;

/// <summary>An invariant does not hold.</summary>
public sealed class SimulationViolationException(string what) : Exception(what);
