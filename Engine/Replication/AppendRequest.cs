using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The leader's records for a follower, or with none its sign of life.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="Before">The position that the first record follows; the follower takes them only if it has that.</param>
/// <param name="Records">In order.</param>
/// <param name="Committed">The follower may apply what it has up to here.</param>
/// <param name="SentAt">On the leader's clock; comes back with the answer.</param>
public sealed record AppendRequest(
    Epoch Epoch, LogPosition Before, IReadOnlyList<ReplicaRecord> Records, LogPosition Committed, TimeSpan SentAt) : IReplicaMessage
{
    /// <summary>How far the follower's log is the leader's when it has taken it.</summary>
    public LogPosition Last => Records.Count > 0 ? Records[^1].Position : Before;
}
