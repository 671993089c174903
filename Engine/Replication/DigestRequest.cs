using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The leader asks for the digest of a follower's copy as it is at a position.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="At">The records that leave before it end there, and those that leave behind it begin there.</param>
public sealed record DigestRequest(Epoch Epoch, LogPosition At) : IReplicaMessage;
