namespace OrleansKv.Grains;

/// <summary>
/// A cluster map as it is sent and stored: some kilobytes of nodes and homes. The slots, which are 64 KiB and seldom change, come with it
/// only where the receiver has others.
/// </summary>
/// <param name="Version">Of the map.</param>
/// <param name="Slots">Bytes of the slot map; empty when the receiver has those of <paramref name="SlotsId"/>.</param>
/// <param name="Nodes">As in the map.</param>
/// <param name="Homes">As in the map.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.map")]
public sealed record ClusterMapUpdate(
    [property: Id(0)] long Version, [property: Id(1)] byte[] Slots, [property: Id(2)] NodeInfo[] Nodes, [property: Id(3)] ShardHome[] Homes)
{
    /// <summary>As in the map.</summary>
    [Id(4)]
    public Guid Cluster { get; init; }

    /// <summary>As in the map; 0 from a program that had none.</summary>
    [Id(5)]
    public int Replicas { get; init; }

    /// <summary>As in the map; 0 from a program that had none.</summary>
    [Id(6)]
    public int WriteQuorum { get; init; }

    /// <summary>Which slots are the map's (<see cref="ClusterSlots.Id"/>); 0 from a program that always sent them.</summary>
    [Id(7)]
    public ulong SlotsId { get; init; }

    /// <summary>As in the map; empty from a program that had none.</summary>
    [Id(8)]
    public string[] LeaderPreference { get => field ?? []; init; }

    /// <summary>As in the map; 0 from a program that had none.</summary>
    [Id(9)]
    public int ReadQuorum { get; init; }

    /// <summary>The map for somebody who has the slots of an id; 0 for none.</summary>
    public static ClusterMapUpdate For(ClusterMap map, ulong knownSlots) =>
        new(map.Version, map.Slots.Id == knownSlots ? [] : map.Slots.Bytes, map.Nodes, map.Homes)
        {
            Cluster = map.Cluster, Replicas = map.Replicas, WriteQuorum = map.WriteQuorum, SlotsId = map.Slots.Id,
            LeaderPreference = map.LeaderPreference, ReadQuorum = map.ReadQuorum,
        };

    /// <summary>The map for somebody who most likely has its slots, and asks for them otherwise.</summary>
    public static ClusterMapUpdate WithoutSlots(ClusterMap map) => For(map, map.Slots.Id);

    /// <summary>The whole map; null when it came without its slots and these are others.</summary>
    public ClusterMap? With(ClusterSlots known)
    {
        ClusterSlots? slots = Slots.Length > 0 ? new ClusterSlots(Slots) : SlotsId == known.Id ? known : null;
        return slots is null ? null : new ClusterMap(Version, slots, Nodes, Homes)
        {
            Cluster = Cluster, Replicas = Replicas, WriteQuorum = WriteQuorum, LeaderPreference = LeaderPreference, ReadQuorum = ReadQuorum,
        };
    }
}
