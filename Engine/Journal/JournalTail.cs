using System.Diagnostics;
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
    private readonly ShardTail[]?[] _shards = new ShardTail[]?[ShardId.System.Value + 1]; // replaced whole; null for none
    private volatile int _followed;
    private volatile StreamBacklog? _stream;

    /// <summary>
    /// Keeps the records of a shard from now on, for this caller alone. The caller holds the shard's lock, and all records up to
    /// <paramref name="position"/> are written: the next one is the first that is kept.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="position">Its position.</param>
    /// <param name="maxBytes">Room for records.</param>
    public ShardTail Follow(ShardId shard, LogPosition position, int maxBytes)
    {
        lock (_lock)
        {
            var tail = new ShardTail(maxBytes, position);
            Volatile.Write(ref _shards[shard.Value], [.. _shards[shard.Value] ?? [], tail]);
            _followed++;
            return tail;
        }
    }

    /// <summary>Keeps no records for this caller any longer; nothing happens when it keeps none.</summary>
    public void Forget(ShardId shard, ShardTail tail)
    {
        lock (_lock)
        {
            if (_shards[shard.Value] is not { } tails || Array.IndexOf(tails, tail) < 0) return;
            Volatile.Write(ref _shards[shard.Value], tails.Length == 1 ? null : [.. tails.Where(t => t != tail)]);
            _followed--;
        }
    }

    /// <summary>The records of all shards in their order, for servers that follow this one; null for nobody.</summary>
    public StreamBacklog? Stream
    {
        get => _stream;
        set => _stream = value;
    }

    public bool IsFollowed(ShardId shard) =>
        _stream is not null || (_followed > 0 && Volatile.Read(ref _shards[shard.Value]) is not null);

    public void Written(JournalOffset at, ReadOnlySpan<byte> records)
    {
        _stream?.Add(at, records);
        if (_followed == 0) return;
        while (RecordSequence.TryTake(ref records, out RecordHeader header, out ReadOnlySpan<byte> record))
        {
            if (header.IsOfAShard) Add(header, record);
        }

        Debug.Assert(records.IsEmpty);
    }

    private void Add(in RecordHeader header, ReadOnlySpan<byte> record)
    {
        if (Volatile.Read(ref _shards[header.Shard.Value]) is not { } tails) return;
        Effect effect = default;
        if (header.Kind == EffectKind.EpochBegins)
            RecordBody.TryRead(Segment.FormatVersion, header.Kind, record[RecordHeader.SizeBytes..], out effect);
        LogPosition before = RecordOrders.Before(header.Position, effect);
        foreach (ShardTail tail in tails) tail.Add(before, header.Position, header.ContinuesInShard, record);
    }
}
