using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains;

/// <summary>
/// Who serves what: slots to shards, shards to nodes. Immutable; a change makes a new one with the next version. A node that is down stays
/// in it, with its shards.
/// </summary>
/// <param name="Version">+1 a change; 0 for no map yet.</param>
/// <param name="Slots">Bytes of the slot map (<see cref="SlotMap.FromBytes"/>).</param>
/// <param name="Nodes">All that have ever joined, in the order they did.</param>
/// <param name="Homes">By shard.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.map")]
public sealed record ClusterMap(
    [property: Id(0)] long Version, [property: Id(1)] byte[] Slots, [property: Id(2)] NodeInfo[] Nodes, [property: Id(3)] ShardHome[] Homes)
{
    [NonSerialized]
    private SlotMap? _slotMap;

    /// <summary>
    /// Made with the map, at random, and kept in every node's data folder: a map that was lost and made anew is told from the one that the
    /// folders' data belongs to. Empty in a map of a program that did not have it, until the next node joins.
    /// </summary>
    [Id(4)]
    public Guid Cluster { get; init; }

    public static ClusterMap None { get; } = new(0, [], [], []);

    /// <summary>Slots to shards.</summary>
    public SlotMap SlotMap => _slotMap ??= SlotMap.FromBytes(Slots);

    public bool IsEmpty => Version == 0;

    public ShardHome HomeOf(ShardId shard) => Homes[shard.Value];

    public NodeInfo? NodeOf(string id) => Array.Find(Nodes, n => n.Id == id);
}
