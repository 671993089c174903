using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Keeps nothing: a store in memory only. Who follows a shard is shown its records, as a journal would write them: a group when it has
/// ended. Any thread.
/// </summary>
internal sealed class NullEffectLog(JournalTail tail) : IEffectLog
{
    private readonly Lock _write = new();
    private long _end;
    private readonly ThreadLocal<Group> _group = new(static () => new Group()); // one a thread, used again

    /// <summary>End of what was shown to anybody, as if a journal had it.</summary>
    public JournalOffset End => new(Volatile.Read(ref _end));

    public void Append(ShardId shard, LogPosition position, in Effect effect)
    {
        if (!tail.IsFollowed(shard)) return;
        int body = RecordBody.SizeOf(effect);
        var record = new byte[RecordHeader.SizeBytes + body];
        Group group = _group.Value!;
        RecordFlags flags = group.Depth == 0 ? RecordFlags.None : RecordFlags.Continues | RecordFlags.ShardContinues;
        new RecordHeader(0, body, effect.Kind, flags, shard, position, default).Write(record);
        RecordBody.Write(effect, record.AsSpan(RecordHeader.SizeBytes));
        RecordHeader.Seal(record);
        if (group.Depth == 0) Write(record);
        else group.Records.Add((shard, record));
    }

    public void BeginGroup() => _group.Value!.Depth++;

    public void EndGroup()
    {
        Group group = _group.Value!;
        if (--group.Depth > 0 || group.Records.Count == 0) return;
        var ended = new HashSet<ShardId>();
        for (int i = group.Records.Count - 1; i >= 0; i--)
        {
            if (ended.Add(group.Records[i].Shard)) RecordHeader.Clear(group.Records[i].Bytes, RecordFlags.ShardContinues);
        }

        RecordHeader.Clear(group.Records[^1].Bytes, RecordFlags.Continues);
        Write([.. group.Records.SelectMany(r => r.Bytes)]);
        group.Records.Clear();
    }

    private void Write(byte[] records)
    {
        lock (_write)
        {
            tail.Written(new JournalOffset(_end), records);
            Volatile.Write(ref _end, _end + records.Length);
        }
    }

    private sealed class Group
    {
        public int Depth { get; set; }

        public List<(ShardId Shard, byte[] Bytes)> Records { get; } = [];
    }
}
