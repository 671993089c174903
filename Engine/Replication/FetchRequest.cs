using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>Who takes a shard over asks the most advanced replica for records that it lacks.</summary>
/// <param name="Epoch">The epoch that was promised to it.</param>
/// <param name="After">The last position that both have.</param>
public sealed record FetchRequest(Epoch Epoch, LogPosition After) : IReplicaMessage;
