using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>A comparison of the copies of a shard that is over.</summary>
/// <param name="Outcome">What it has shown.</param>
/// <param name="At">The position of the copies.</param>
/// <param name="Digests">What each has answered, the leader too.</param>
/// <param name="Diverged">Those whose digest is not the majority's.</param>
public sealed record DigestVerdict(
    DigestOutcome Outcome, LogPosition At, IReadOnlyDictionary<ReplicaId, StateDigest> Digests, IReadOnlyList<ReplicaId> Diverged);
