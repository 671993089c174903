using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>The whole records of a folder's journal (format 2), each with its bytes.</summary>
internal static class JournalRecords
{
    public static List<(RecordHeader Header, byte[] Bytes)> Of(MemoryDisk disk)
    {
        var records = new List<(RecordHeader, byte[])>();
        foreach (string name in disk.List().Where(Segment.IsName))
        {
            using var file = new FileWindow(disk, name);
            for (long at = Segment.HeaderBytes; RecordReader.TryRead(file, 2, at, out RecordHeader header, out _, out _) is null;)
            {
                int size = RecordHeader.SizeBytes + header.Length;
                records.Add((header, file.At(at, size).ToArray()));
                at += size;
            }
        }

        return records;
    }

    /// <summary>Those that belong to a shard.</summary>
    public static List<(RecordHeader Header, byte[] Bytes)> OfShards(MemoryDisk disk) => [.. Of(disk).Where(r => r.Header.IsOfAShard)];

    /// <summary>
    /// What a record has in every journal that has it: without checksum, "synced" and the flag of the journal's own groups.
    /// </summary>
    public static string ContentOf(byte[] record)
    {
        byte[] content = [.. record.AsSpan(4, 20), .. record.AsSpan(RecordHeader.SizeBytes)];
        content[5] &= (byte)~RecordFlags.Continues;
        return Convert.ToHexString(content);
    }
}
