namespace OrleansKv.Engine.Replication;

/// <summary>A message that is to be sent.</summary>
public readonly record struct OutgoingMessage(ReplicaId To, IReplicaMessage Message);
