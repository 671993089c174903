using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>An acceptor's answer. It leaves when what it says is on the acceptor's disk.</summary>
/// <param name="From">Who answers.</param>
/// <param name="To">The request's kind.</param>
/// <param name="Register">The request's register.</param>
/// <param name="Ballot">The request's ballot: tells late answers of an earlier attempt.</param>
/// <param name="Kind">How it was answered.</param>
/// <param name="Promised">The highest ballot that this acceptor has promised or accepted for the register.</param>
/// <param name="Accepted">Ballot of the value that it has accepted last; <see cref="Ballot.None"/> for none.</param>
/// <param name="Value">That value.</param>
/// <param name="Set">The newest acceptor set that it knows.</param>
/// <param name="Registers">The names of the registers that it has, with <see cref="RequestKind.Fence"/>; empty otherwise.</param>
public sealed record RegisterReply(
    AcceptorId From, RequestKind To, string Register, Ballot Ballot, ReplyKind Kind, Ballot Promised, Ballot Accepted,
    RegisterValue? Value, AcceptorSet Set,
    ImmutableArray<string> Registers);
