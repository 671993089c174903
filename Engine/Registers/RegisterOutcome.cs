namespace OrleansKv.Engine.Registers;

/// <summary>End of an operation.</summary>
/// <param name="Operation">The number that <see cref="Proposer.Read"/> and its siblings gave.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">The register's value as of a moment between the operation's begin and end; null for a register that nobody has
/// written, and for an outcome without one.</param>
public readonly record struct RegisterOutcome(long Operation, OutcomeKind Kind, RegisterValue? Value);
