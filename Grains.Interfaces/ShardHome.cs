using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>
/// Where a shard lives: at its home alone or, in a cluster with replicas, on its members, of whom the home is the leader.
/// </summary>
/// <param name="NodeId">The node that has its data; the leader among the members.</param>
/// <param name="Epoch">Ownership generation: it grows each time the shard moves, when its home takes it back in the midst of a move, and
/// when leader, members or learners change. One node alone ever serves in an epoch.</param>
/// <param name="NextNodeId">The node it is about to move to; null when it stays, and always in a cluster with replicas.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.home")]
public sealed record ShardHome([property: Id(0)] string NodeId, [property: Id(1)] uint Epoch, [property: Id(2)] string? NextNodeId)
{
    // The lists of a home that was read from the bytes of a program without them are null until they are asked for.

    /// <summary>Nodes whose copies count, in the order of preference; empty in a cluster without replicas: the home alone.</summary>
    [Id(3)]
    public string[] Members { get => field ?? []; init; }

    /// <summary>Nodes that are given the records and do not count yet.</summary>
    [Id(4)]
    public string[] Learners { get => field ?? []; init; }

    /// <summary>
    /// The members of before, while no leader has served since they changed. Taking them out is the one change without another epoch.
    /// </summary>
    [Id(5)]
    public string[] Former { get => field ?? []; init; }

    /// <summary>Whether acknowledged records may be on a node: it is the home, a member or a former member.</summary>
    public bool HasCopyThatCounts(string nodeId) =>
        NodeId == nodeId || Array.IndexOf(Members, nodeId) >= 0 || Array.IndexOf(Former, nodeId) >= 0;

    /// <summary>By value, the lists too.</summary>
    public bool Equals(ShardHome? other) => other is not null && NodeId == other.NodeId && Epoch == other.Epoch
        && NextNodeId == other.NextNodeId && Members.AsSpan().SequenceEqual(other.Members)
        && Learners.AsSpan().SequenceEqual(other.Learners) && Former.AsSpan().SequenceEqual(other.Former);

    public override int GetHashCode() => HashCode.Combine(NodeId, Epoch, NextNodeId);
}
