using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// The rule by which a shard's records follow each other, for recovery and followers alike. Within a tenure Lsns are dense; a tenure begins
/// with <see cref="EffectKind.EpochBegins"/>, which takes the next Lsn and carries the position before it.
/// </summary>
public static class RecordOrders
{
    public static RecordOrder Of(LogPosition reached, LogPosition record, in Effect effect)
    {
        if (record <= reached) return RecordOrder.NotBeyond;
        if (effect.Kind != EffectKind.EpochBegins) return record == reached.Next ? RecordOrder.Next : RecordOrder.Missing;
        LogPosition before = PositionBefore(effect);
        if (before == reached) return record.Lsn == before.Lsn.Next ? RecordOrder.Next : RecordOrder.Missing;
        return before > reached ? RecordOrder.Missing : RecordOrder.Forked;
    }

    /// <summary>The position behind which a tenure begins, out of its first record.</summary>
    public static LogPosition PositionBefore(in Effect begins)
    {
        if (begins.Value.Length != EpochStart.SizeBytes) return LogPosition.None;
        EpochStart before = EpochStart.Read(begins.Value);
        return new LogPosition(before.Epoch, before.First);
    }
}
