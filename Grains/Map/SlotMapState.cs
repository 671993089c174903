namespace OrleansKv.Grains.Map;

/// <summary>What the cluster remembers of itself.</summary>
[GenerateSerializer, Alias("orleanskv.slotmapstate")]
public sealed class SlotMapState
{
    [Id(0)]
    public ClusterMap Map { get; set; } = ClusterMap.None;
}
