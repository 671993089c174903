namespace OrleansKv.Engine.Registers;

/// <summary>What an acceptor remembers of one register.</summary>
/// <param name="Promised">No lower ballot is granted any more.</param>
/// <param name="Accepted">Ballot of <paramref name="Value"/>; <see cref="Ballot.None"/> before the first.</param>
/// <param name="Value">The value accepted last; null for none, or where a read has confirmed that there is none.</param>
public sealed record AcceptorSlot(Ballot Promised, Ballot Accepted, RegisterValue? Value)
{
    public static AcceptorSlot Empty { get; } = new(Ballot.None, Ballot.None, null);
}
