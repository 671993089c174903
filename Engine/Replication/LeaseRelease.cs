using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The leader of an epoch serves no more: nobody need wait for the end of its lease.</summary>
public sealed record LeaseRelease(Epoch Epoch) : IReplicaMessage;
