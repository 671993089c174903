namespace OrleansKv.Simulation.Registers;

/// <summary>A register's value as a client sees it: the token that was written last, and how many changes there were.</summary>
internal readonly record struct RegisterState(long Version, int Token);
