namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>A node's copy of a shard in <see cref="ReplicaModel"/>: the log is told by its last position alone.</summary>
/// <param name="Promised">The epoch below which it takes nothing.</param>
/// <param name="Last">Epoch and number of its last record.</param>
internal readonly record struct ModelCopy(uint Promised, (uint Epoch, int Number) Last);
