namespace OrleansKv.Simulation.Registers;

/// <summary>An operation whose answer a client waits for.</summary>
internal sealed record PendingOperation(int Client, string Register, TimeSpan Called, bool IsChange, long? Expected, int Token);
