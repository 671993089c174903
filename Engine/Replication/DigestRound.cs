using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// A leader's comparison of its shard's copies at one position of the log: each member computes the digest of its own, and the majority of
/// all members is right. The replica's thread.
/// </summary>
/// <param name="at">The position.</param>
/// <param name="self">The leader.</param>
/// <param name="members">All members.</param>
/// <param name="startedAt">When it began.</param>
internal sealed class DigestRound(LogPosition at, ReplicaId self, IReadOnlyList<ReplicaId> members, TimeSpan startedAt)
{
    private readonly Dictionary<ReplicaId, StateDigest> _digests = [];
    private readonly HashSet<ReplicaId> _waitsFor = [.. members];

    public LogPosition At => at;

    public TimeSpan StartedAt => startedAt;

    /// <summary>Everybody has answered, or has said that it cannot.</summary>
    public bool IsOver => _waitsFor.Count == 0;

    /// <summary>A member's answer; null when it has none.</summary>
    public void Add(ReplicaId from, StateDigest? digest)
    {
        if (!_waitsFor.Remove(from)) return;
        if (digest is { } known) _digests[from] = known;
    }

    public DigestVerdict Verdict()
    {
        if (_digests.Count == 0) return Of(DigestOutcome.Undecided, []);
        IGrouping<StateDigest, KeyValuePair<ReplicaId, StateDigest>> most = _digests.GroupBy(d => d.Value).MaxBy(g => g.Count())!;
        ReplicaId[] others = [.. _digests.Where(d => d.Value != most.Key).Select(d => d.Key).Order()];
        bool haveAll = _digests.Count == members.Count;
        if (others.Length == 0) return Of(haveAll ? DigestOutcome.Same : DigestOutcome.Undecided, []);
        if (most.Count() * 2 <= members.Count)
            return haveAll ? Of(DigestOutcome.NoMajority, [.. _digests.Keys.Order()]) : Of(DigestOutcome.Undecided, []);
        return Of(others.Contains(self) ? DigestOutcome.LeaderDiverged : DigestOutcome.FollowersDiverged, others);
    }

    private DigestVerdict Of(DigestOutcome outcome, IReadOnlyList<ReplicaId> diverged) => new(outcome, at, _digests, diverged);
}
