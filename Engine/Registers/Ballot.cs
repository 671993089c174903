namespace OrleansKv.Engine.Registers;

/// <summary>
/// Number of one attempt to change a register, compared by counter, then proposer. Never used for two attempts: a proposer counts up, and
/// each life of a process is another proposer.
/// </summary>
/// <param name="Counter">+1 an attempt, above every counter that the proposer has seen; 0 in <see cref="None"/> alone.</param>
/// <param name="Proposer">Whose attempt it is.</param>
public readonly record struct Ballot(ulong Counter, ProposerId Proposer) : IComparable<Ballot>
{
    /// <summary>Below every ballot of an attempt.</summary>
    public static readonly Ballot None;

    public int CompareTo(Ballot other)
    {
        int byCounter = Counter.CompareTo(other.Counter);
        return byCounter != 0 ? byCounter : Proposer.CompareTo(other.Proposer);
    }

    public static bool operator <(Ballot a, Ballot b) => a.CompareTo(b) < 0;

    public static bool operator >(Ballot a, Ballot b) => a.CompareTo(b) > 0;

    public static bool operator <=(Ballot a, Ballot b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Ballot a, Ballot b) => a.CompareTo(b) >= 0;

    public override string ToString() => $"{Counter}@{Proposer}";
}
