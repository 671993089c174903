namespace OrleansKv.Protocol;

/// <summary>
/// Log sequence number of a shard: dense, +1 a record, starting at 1; 0 is "nothing yet". It is also the version of the
/// key that the record wrote. 48 bits are stored with each key: at a million writes a second a shard, nine years.
/// </summary>
public readonly record struct Lsn(long Value) : IComparable<Lsn>
{
    public static readonly Lsn None = new(0);

    /// <summary>Largest Lsn that fits the 48 bits of a key's entry.</summary>
    public const long MaxValue = (1L << 48) - 1;

    public Lsn Next => new(Value + 1);

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public static bool operator <(Lsn a, Lsn b) => a.Value < b.Value;

    public static bool operator >(Lsn a, Lsn b) => a.Value > b.Value;

    public static bool operator <=(Lsn a, Lsn b) => a.Value <= b.Value;

    public static bool operator >=(Lsn a, Lsn b) => a.Value >= b.Value;

    public override string ToString() => Value.ToString();
}
