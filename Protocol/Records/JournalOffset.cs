namespace OrleansKv.Protocol.Records;

/// <summary>A position in the journal: bytes of records, counted over all segments since the store was made. Never an Lsn.</summary>
public readonly record struct JournalOffset(long Value) : IComparable<JournalOffset>
{
    public int CompareTo(JournalOffset other) => Value.CompareTo(other.Value);

    public static bool operator <(JournalOffset a, JournalOffset b) => a.Value < b.Value;

    public static bool operator >(JournalOffset a, JournalOffset b) => a.Value > b.Value;

    public static bool operator <=(JournalOffset a, JournalOffset b) => a.Value <= b.Value;

    public static bool operator >=(JournalOffset a, JournalOffset b) => a.Value >= b.Value;

    public override string ToString() => Value.ToString();
}
