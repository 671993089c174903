using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The answer to <see cref="FetchRequest"/>.</summary>
/// <param name="Epoch">The request's.</param>
/// <param name="After">The request's.</param>
/// <param name="Records">The records behind it; null when they are not at hand.</param>
/// <param name="End">Position of the last record there is.</param>
public sealed record FetchReply(Epoch Epoch, LogPosition After, IReplicaRecords? Records, LogPosition End) : IReplicaMessage;
