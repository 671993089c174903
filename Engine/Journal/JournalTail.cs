using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Journal;

/// <summary>The newest records of every shard of a journal: it distributes what the journal has written. Any thread.</summary>
/// <param name="maxBytesAShard">Room for the records of one shard; taken with its first record.</param>
public sealed class JournalTail(int maxBytesAShard) : IRecordSink
{
    private readonly ShardTail?[] _shards = new ShardTail?[ShardId.System.Value + 1];

    /// <summary>The shard's tail; null before its first record.</summary>
    public ShardTail? Of(ShardId shard) => Volatile.Read(ref _shards[shard.Value]);

    public void Written(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            RecordHeader header = RecordHeader.Read(records);
            int size = RecordHeader.SizeBytes + header.Length;
            if (header.IsOfAShard) Add(header, records[..size]);
            records = records[size..];
        }
    }

    private void Add(in RecordHeader header, ReadOnlySpan<byte> record)
    {
        LogPosition before = header.Position with { Lsn = new Lsn(header.Position.Lsn.Value - 1) };
        if (header.Kind == EffectKind.EpochBegins
            && RecordBody.TryRead(Segment.FormatVersion, header.Kind, record[RecordHeader.SizeBytes..], out Effect begins))
            before = RecordOrders.PositionBefore(begins);
        ref ShardTail? tail = ref _shards[header.Shard.Value];
        if (tail is null) Volatile.Write(ref tail, new ShardTail(maxBytesAShard)); // one writer: the journal's lock is held
        tail!.Add(before, header.Position, (header.Flags & RecordFlags.ShardContinues) != 0, record);
    }
}
