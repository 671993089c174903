namespace OrleansKv.Silo.Registers;

/// <summary>A silo's vote that another is dead.</summary>
/// <param name="Silo">Who votes.</param>
/// <param name="Time">When, UTC.</param>
internal sealed record MembershipVote(string Silo, DateTime Time);
