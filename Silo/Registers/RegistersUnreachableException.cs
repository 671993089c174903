namespace OrleansKv.Silo.Registers;

/// <summary>No majority of the control plane's acceptors has answered in time.</summary>
internal sealed class RegistersUnreachableException(string message) : TimeoutException(message);
