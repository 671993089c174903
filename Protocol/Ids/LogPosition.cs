namespace OrleansKv.Protocol;

/// <summary>
/// Identity of a record of a shard: the tenure that wrote it and its number, compared in that order. Same shard and position means the same
/// bytes on every node, for ever: an Lsn alone is used again by a process that lost the end of its journal to a power cut.
/// </summary>
public readonly record struct LogPosition(Epoch Epoch, Lsn Lsn) : IComparable<LogPosition>
{
    /// <summary>Before the first record.</summary>
    public static readonly LogPosition None = new(Epoch.None, Lsn.None);

    /// <summary>Behind every record.</summary>
    public static readonly LogPosition MaxValue = new(new Epoch(uint.MaxValue), new Lsn(long.MaxValue));

    /// <summary>The next record of the same tenure.</summary>
    public LogPosition Next => new(Epoch, Lsn.Next);

    public int CompareTo(LogPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Lsn.CompareTo(other.Lsn);

    public static bool operator <(LogPosition a, LogPosition b) => a.CompareTo(b) < 0;

    public static bool operator >(LogPosition a, LogPosition b) => a.CompareTo(b) > 0;

    public static bool operator <=(LogPosition a, LogPosition b) => a.CompareTo(b) <= 0;

    public static bool operator >=(LogPosition a, LogPosition b) => a.CompareTo(b) >= 0;

    public override string ToString() => $"{Epoch}:{Lsn}";
}
