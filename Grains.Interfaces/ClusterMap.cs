using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains;

/// <summary>
/// Who serves what: slots to shards, shards to nodes. Immutable; a change makes a new one with the next version. A node that is down stays
/// in it, with its shards. Sent and stored as a <see cref="ClusterMapUpdate"/>.
/// </summary>
/// <param name="Version">+1 a change; 0 for no map yet.</param>
/// <param name="Slots">Which shard owns each slot.</param>
/// <param name="Nodes">All that have ever joined, in the order they did.</param>
/// <param name="Homes">By shard.</param>
public sealed record ClusterMap(long Version, ClusterSlots Slots, NodeInfo[] Nodes, ShardHome[] Homes)
{
    /// <summary>
    /// Made with the map, at random, and kept in every node's data folder: a map that was lost and made anew is told from the one that the
    /// folders' data belongs to. Empty in a map of a program that did not have it, until the next node joins.
    /// </summary>
    public Guid Cluster { get; init; }

    /// <summary>
    /// Copies of each shard that the cluster wants; set when it is founded. 1: a shard is at its home alone, as in a map of a program that
    /// does not say (its bytes leave 0 here).
    /// </summary>
    public int Replicas { get => Math.Max(1, field); init; }

    /// <summary>Copies that must have a record before it is acknowledged; set when the cluster is founded. At least 1.</summary>
    public int WriteQuorum { get => Math.Max(1, field); init; }

    /// <summary>
    /// Copies that a new leader must hear from, where that is more than the write quorum asks for; 0 where nobody has asked for more. Set
    /// when the cluster is founded.
    /// </summary>
    public int ReadQuorum { get; init; }

    /// <summary>
    /// Nodes that lead the shards that they have copies of, before those that the ring prefers; the one that was asked for last comes first
    /// (CLUSTER FAILOVER). Empty: the ring alone decides.
    /// </summary>
    public string[] LeaderPreference { get; init; } = [];

    /// <summary>Whether shards have members, and not only a home.</summary>
    public bool IsReplicated => Replicas > 1;

    public static ClusterMap None { get; } = new(0, ClusterSlots.None, [], []);

    /// <summary>Slots to shards.</summary>
    public SlotMap SlotMap => Slots.Map;

    public bool IsEmpty => Version == 0;

    public ShardHome HomeOf(ShardId shard) => Homes[shard.Value];

    /// <summary>Null when the map has no such shard.</summary>
    public ShardHome? FindHome(int shard) => (uint)shard < (uint)Homes.Length ? Homes[shard] : null;

    public NodeInfo? NodeOf(string id) => Array.Find(Nodes, n => n.Id == id);
}
