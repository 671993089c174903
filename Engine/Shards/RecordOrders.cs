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

    /// <summary>
    /// The same for one of whom the header alone is known: whether it may be the next. Of a tenure's first record the body says whether it
    /// is.
    /// </summary>
    public static bool MayFollow(LogPosition reached, in RecordHeader header)
    {
        LogPosition position = header.Position;
        if (position.Lsn <= Lsn.None || position.Lsn.Value > Lsn.MaxValue || position.Lsn != reached.Lsn.Next) return false;
        return position.Epoch == reached.Epoch || (position.Epoch > reached.Epoch && header.Kind == EffectKind.EpochBegins);
    }

    /// <summary>The position that a record follows.</summary>
    /// <param name="record">The record's position.</param>
    /// <param name="effect">What it does; asked only of a tenure's first record.</param>
    public static LogPosition Before(LogPosition record, in Effect effect) => effect.Kind == EffectKind.EpochBegins
        ? PositionBefore(effect)
        : record with { Lsn = new Lsn(record.Lsn.Value - 1) };

    /// <summary>The position behind which a tenure begins, out of its first record.</summary>
    public static LogPosition PositionBefore(in Effect begins)
    {
        if (begins.Value.Length != EpochStart.SizeBytes) return LogPosition.None;
        EpochStart before = EpochStart.Read(begins.Value);
        return new LogPosition(before.Epoch, before.First);
    }
}
