namespace OrleansKv.Grains.Map;

/// <summary>What the cluster remembers of itself: its map, without the slots (<see cref="SlotsState"/>).</summary>
[GenerateSerializer, Alias("orleanskv.slotmapstate")]
public sealed class SlotMapState
{
    /// <summary>With its slots where a program before <see cref="SlotsState"/> has written it.</summary>
    [Id(0)]
    public ClusterMapUpdate Map { get; set; } = ClusterMapUpdate.WithoutSlots(ClusterMap.None);
}
