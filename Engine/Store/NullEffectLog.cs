using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>Keeps nothing: a store in memory only. Who follows a shard is shown its records, as a journal would write them.</summary>
internal sealed class NullEffectLog(JournalTail tail) : IEffectLog
{
    public void Append(ShardId shard, LogPosition position, in Effect effect)
    {
        if (!tail.IsFollowed(shard)) return;
        int body = RecordBody.SizeOf(effect);
        var record = new byte[RecordHeader.SizeBytes + body];
        new RecordHeader(0, body, effect.Kind, RecordFlags.None, shard, position, default).Write(record);
        RecordBody.Write(effect, record.AsSpan(RecordHeader.SizeBytes));
        RecordHeader.Seal(record);
        tail.Written(record);
    }
}
