namespace OrleansKv.Simulation.Registers;

/// <summary>A client's operation on a register, with what it was told.</summary>
/// <param name="Kind">What was asked, or how it has turned out.</param>
/// <param name="Expected">The version that a compare-and-swap names; null for a change of whatever is there.</param>
/// <param name="Token">What a change writes; every token is written by one operation alone.</param>
/// <param name="Seen">What the answer showed; null for an unknown outcome.</param>
internal sealed record RegisterOp(RegisterOpKind Kind, long? Expected, int Token, RegisterState? Seen);
