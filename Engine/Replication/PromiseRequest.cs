using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The leader of an epoch asks for it: serve no lower one from now on, and say how far your log goes.</summary>
public sealed record PromiseRequest(Epoch Epoch) : IReplicaMessage;
