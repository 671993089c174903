using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// One record of the journal as a person reads it; with a <see cref="Problem"/> the place where the file cannot be read on.
/// </summary>
public sealed record DumpedRecord(
    string File, long Offset, int Shard, uint Epoch, long Lsn, EffectKind Kind, bool InGroup, byte[] Key, int ValueBytes, long DeadlineMs,
    string? Problem);
