using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The newest records of the shards that somebody follows: it distributes what the journal has written. Costs a look a group commit while
/// nobody follows any. Any thread.
/// </summary>
public sealed class JournalTail : IRecordSink
{
    private readonly Lock _lock = new();
    private readonly ShardTail?[] _shards = new ShardTail?[ShardId.System.Value + 1];
    private volatile int _followed;

    /// <summary>
    /// Keeps the records of a shard from now on. The caller holds the shard's lock, and all records up to <paramref name="position"/> are
    /// written: the next one is the first that is kept. Throws <see cref="InvalidOperationException"/> while somebody follows the shard.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="position">Its position.</param>
    /// <param name="maxBytes">Room for records.</param>
    public ShardTail Follow(ShardId shard, LogPosition position, int maxBytes)
    {
        lock (_lock)
        {
            if (_shards[shard.Value] is not null) throw new InvalidOperationException($"somebody follows shard {shard} already");
            var tail = new ShardTail(maxBytes, position);
            Volatile.Write(ref _shards[shard.Value], tail);
            _followed++;
            return tail;
        }
    }

    /// <summary>Keeps the records of the shard no longer; nothing happens when nobody follows it.</summary>
    public void Forget(ShardId shard)
    {
        lock (_lock)
        {
            if (_shards[shard.Value] is null) return;
            Volatile.Write(ref _shards[shard.Value], null);
            _followed--;
        }
    }

    public bool IsFollowed(ShardId shard) => _followed > 0 && Volatile.Read(ref _shards[shard.Value]) is not null;

    public void Written(ReadOnlySpan<byte> records)
    {
        if (_followed == 0) return;
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
        if (Volatile.Read(ref _shards[header.Shard.Value]) is not { } tail) return;
        LogPosition before = header.Position with { Lsn = new Lsn(header.Position.Lsn.Value - 1) };
        if (header.Kind == EffectKind.EpochBegins
            && RecordBody.TryRead(Segment.FormatVersion, header.Kind, record[RecordHeader.SizeBytes..], out Effect begins))
            before = RecordOrders.PositionBefore(begins);
        tail.Add(before, header.Position, (header.Flags & RecordFlags.ShardContinues) != 0, record);
    }
}
