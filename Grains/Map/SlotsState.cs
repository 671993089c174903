namespace OrleansKv.Grains.Map;

/// <summary>
/// The slots of the cluster map, apart from it: a change of a leader then writes kilobytes on the disks of three nodes, and not 64 KiB.
/// </summary>
[GenerateSerializer, Alias("orleanskv.slotsstate")]
public sealed class SlotsState
{
    /// <summary>Bytes of slot maps: those of the map in force, and those of one that was about to be when this was written.</summary>
    [Id(0)]
    public byte[][] Slots { get; set; } = [];
}
