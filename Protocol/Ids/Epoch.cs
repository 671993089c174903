namespace OrleansKv.Protocol;

/// <summary>
/// Number of a tenure: the time in which one process alone writes a shard. It grows with each start of an embedded server and each time
/// that a cluster gives a shard to a process, and never means anything else.
/// </summary>
public readonly record struct Epoch(uint Value) : IComparable<Epoch>
{
    /// <summary>Before the first tenure.</summary>
    public static readonly Epoch None = new(0);

    public Epoch Next => new(checked(Value + 1));

    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    public static bool operator <(Epoch a, Epoch b) => a.Value < b.Value;

    public static bool operator >(Epoch a, Epoch b) => a.Value > b.Value;

    public static bool operator <=(Epoch a, Epoch b) => a.Value <= b.Value;

    public static bool operator >=(Epoch a, Epoch b) => a.Value >= b.Value;

    public override string ToString() => Value.ToString();
}
