using OrleansKv.Protocol;

namespace OrleansKv.Simulation.Replication;

/// <summary>A record of a shard's log.</summary>
/// <param name="Before">The position that it follows.</param>
/// <param name="Position">Its own.</param>
/// <param name="Bytes">As <see cref="SimulatedLog"/> has them.</param>
internal readonly record struct SimulatedRecord(LogPosition Before, LogPosition Position, ReadOnlyMemory<byte> Bytes);
