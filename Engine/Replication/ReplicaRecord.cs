using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>A record of a shard's log on its way between replicas.</summary>
/// <param name="Before">The position that it follows.</param>
/// <param name="Position">Its own. The same everywhere and for ever.</param>
/// <param name="Bytes">As they stand in a journal.</param>
public readonly record struct ReplicaRecord(LogPosition Before, LogPosition Position, ReadOnlyMemory<byte> Bytes);
