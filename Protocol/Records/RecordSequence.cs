namespace OrleansKv.Protocol.Records;

/// <summary>Records as bytes in memory, one behind the other, as a journal of the newest format has them. No state.</summary>
public static class RecordSequence
{
    /// <summary>
    /// Takes the first record away from the bytes. False when it is not whole there, or its length is negative, which
    /// <paramref name="header"/> shows then; looks at nothing else of it.
    /// </summary>
    /// <param name="records">The bytes; without the record when there is one.</param>
    /// <param name="header">The record's header; the default when not even that is whole.</param>
    /// <param name="record">Header and body.</param>
    public static bool TryTake(ref ReadOnlySpan<byte> records, out RecordHeader header, out ReadOnlySpan<byte> record)
    {
        header = default;
        record = default;
        if (records.Length < RecordHeader.SizeBytes) return false;
        header = RecordHeader.Read(records);
        if ((uint)header.Length > (uint)(records.Length - RecordHeader.SizeBytes)) return false;
        record = records[..(int)header.RecordBytes];
        records = records[record.Length..];
        return true;
    }
}
