namespace OrleansKv.Engine.Registers;

/// <summary>
/// An acceptor's memory: a random number, not 0, made with its folder. A folder that was lost is another acceptor, for what the old one had
/// promised is not known any more.
/// </summary>
public readonly record struct AcceptorId(ulong Value) : IComparable<AcceptorId>
{
    public int CompareTo(AcceptorId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x16");
}
