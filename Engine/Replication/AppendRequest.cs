using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The leader's records for a follower, or with none its sign of life.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="Records">The follower takes them only if it has the position that they follow.</param>
/// <param name="Committed">The follower may apply what it has up to here.</param>
/// <param name="SentAt">On the leader's clock; comes back with the answer.</param>
/// <param name="IsLeased">
/// The leader serves, and nobody else could then: whoever has all that is committed has all that anybody was told.
/// </param>
public sealed record AppendRequest(
    Epoch Epoch, IReplicaRecords Records, LogPosition Committed, TimeSpan SentAt, bool IsLeased) : IReplicaMessage;
