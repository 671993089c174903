using System.Collections.Immutable;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// Who has a shard in an epoch, as the cluster map says: each change of it is another epoch, but for the former members, who go from it
/// when the leader has served. Immutable.
/// </summary>
/// <param name="Epoch">The tenure of the leader.</param>
/// <param name="Leader">One of the members: who alone writes in this epoch.</param>
/// <param name="Members">Whose copies count, in the order of preference.</param>
/// <param name="Learners">Who is given the records and does not count.</param>
/// <param name="Former">The members of before, while no leader has served since they changed: what they have acknowledged is asked of them.
/// Empty otherwise.</param>
public sealed record ReplicaSet(
    Epoch Epoch, ReplicaId Leader, ImmutableArray<ReplicaId> Members, ImmutableArray<ReplicaId> Learners, ImmutableArray<ReplicaId> Former)
{
    /// <summary>Of a shard that nobody has.</summary>
    public static ReplicaSet None { get; } = new(Epoch.None, default, [], [], []);

    /// <summary>Who follows the leader's log.</summary>
    public IEnumerable<ReplicaId> Followers => Members.Concat(Learners).Where(r => r != Leader);
}
