namespace OrleansKv.Engine.Registers;

/// <summary>A proposer's request to one acceptor. May arrive late, twice or never.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Register">The register's name; empty with <see cref="RequestKind.Fence"/>.</param>
/// <param name="Ballot">Of the attempt; with Look a mark that tells its answers from others, with Fence <see cref="Ballot.None"/>.</param>
/// <param name="Value">What is to be accepted, with <see cref="RequestKind.Accept"/>; null leaves a register that nobody has written as it
/// is.</param>
/// <param name="Set">The acceptors that the proposer asks.</param>
public sealed record RegisterRequest(RequestKind Kind, string Register, Ballot Ballot, RegisterValue? Value, AcceptorSet Set);
