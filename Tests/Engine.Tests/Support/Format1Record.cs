using System.Buffers.Binary;
using System.Text;
using OrleansKv.Engine.Journal;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Writes what this program only reads: a segment of format 1.</summary>
internal static class Format1Record
{
    public static byte[] Segment(ulong storeId, params byte[][] records) =>
        [.. new Segment(1, new JournalOffset(0), storeId, Version: 1).Header(), .. records.SelectMany(r => r)];

    public static byte[] Set(uint epoch, long lsn, string key, string value)
    {
        byte[] body = new byte[12 + key.Length + value.Length];
        BinaryPrimitives.WriteInt32LittleEndian(body, key.Length);
        Encoding.ASCII.GetBytes(key + value).CopyTo(body, 12);
        var record = new byte[RecordHeader.SizeBytes + body.Length];
        var position = new LogPosition(new Epoch(epoch), new Lsn(lsn));
        new RecordHeader(0, body.Length, EffectKind.Set, RecordFlags.None, new ShardId(0), position, default).Write(record);
        body.CopyTo(record, RecordHeader.SizeBytes);
        RecordHeader.Seal(record);
        return record;
    }
}
