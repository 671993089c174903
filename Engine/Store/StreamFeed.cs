using System.Buffers;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Applies a leader's whole stream of records to a store that follows it: the leader's journal in its order. A group is applied under the
/// locks of all its shards, so that no reader sees a part of it, and stands in this store's journal as one group, too. One thread.
/// </summary>
/// <param name="store">The follower's.</param>
/// <param name="place">The leader's journal offset from which the stream begins.</param>
public sealed class StreamFeed(NodeStore store, long place)
{
    private readonly ArrayBufferWriter<byte> _rest = new(); // a group whose end has not come yet
    private readonly List<ShardCell> _held = [];
    private long _applied = place;

    /// <summary>The leader's journal offset up to which all is applied. Any thread.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>
    /// Takes the next bytes. Throws <see cref="InvalidDataException"/> when they do not follow: what has been applied stays.
    /// </summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (_rest.WrittenCount > 0)
        {
            _rest.Write(bytes);
            bytes = _rest.WrittenSpan;
        }

        int taken = 0;
        while (GroupBytes(bytes[taken..]) is var group and > 0)
        {
            Apply(bytes.Slice(taken, group));
            taken += group;
            Volatile.Write(ref _applied, _applied + group);
        }

        if (taken == 0 && _rest.WrittenCount > 0) return;
        byte[] rest = bytes[taken..].ToArray();
        _rest.ResetWrittenCount();
        _rest.Write(rest);
    }

    // Bytes of the first group, or of a record that is alone; 0 when its end has not come.
    private static int GroupBytes(ReadOnlySpan<byte> records)
    {
        ReadOnlySpan<byte> left = records;
        RecordHeader header;
        while (RecordSequence.TryTake(ref left, out header, out ReadOnlySpan<byte> record))
        {
            ReplicaFeed.Check(header, record);
            if (!header.Continues) return records.Length - left.Length;
        }

        return header.Length < 0 ? throw ReplicaFeed.Bad(header.Shard, "a length is negative") : 0;
    }

    private void Apply(ReadOnlySpan<byte> group)
    {
        Enter(group);
        store.BeginGroup();
        try
        {
            while (RecordSequence.TryTake(ref group, out RecordHeader header, out ReadOnlySpan<byte> record))
            {
                if (header.Kind == EffectKind.SlotMap) throw new InvalidDataException("the leader changes its number of shards");
                if (IsOurs(header)) Replicate(header, record);
            }
        }
        finally
        {
            store.EndGroup();
            Exit();
        }
    }

    private void Replicate(in RecordHeader header, ReadOnlySpan<byte> record)
    {
        ReplicaFeed.Read(header.Shard, header, record, out Effect effect);
        Shard shard = store.Cells[header.Shard.Value].Shard;
        RecordOrder order = shard.Replicate(effect, header.Position, store.NowMs);
        if (order is not (RecordOrder.Next or RecordOrder.NotBeyond))
            throw new InvalidDataException($"a record at {header.Position} does not follow shard {shard.Id} at {shard.Position}: {order}");
    }

    // Marks and the host's own shard stay with the leader.
    private bool IsOurs(in RecordHeader header)
    {
        if (!header.IsOfAShard || header.Shard == ShardId.System) return false;
        return header.Shard.Value < store.Cells.Count
            ? true
            : throw new InvalidDataException($"a record is of shard {header.Shard}, and there are {store.Cells.Count}");
    }

    private void Enter(ReadOnlySpan<byte> group)
    {
        _held.Clear();
        while (RecordSequence.TryTake(ref group, out RecordHeader header, out _))
        {
            if (IsOurs(header) && store.Cells[header.Shard.Value] is var cell && !_held.Contains(cell)) _held.Add(cell);
        }

        if (_held.Count > 1) _held.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        foreach (ShardCell cell in _held) cell.Gate.Enter();
    }

    private void Exit()
    {
        foreach (ShardCell cell in _held)
        {
            store.Memory.Count(cell);
            cell.Gate.Exit();
        }
    }
}
