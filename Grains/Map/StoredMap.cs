using Orleans.Runtime;

namespace OrleansKv.Grains.Map;

/// <summary>
/// The cluster map in its storage: nodes and homes in one state, the slots that they name in another, written before it. The states' ETags
/// decide between two activations. One caller at a time.
/// </summary>
internal sealed class StoredMap(IPersistentState<SlotMapState> map, IPersistentState<SlotsState> slots)
{
    private ClusterSlots? _saved; // known to be stored: what is asked at each change

    /// <summary>The map as it was stored when the grain was activated, or when it was last read.</summary>
    public async Task<ClusterMap> Last(ClusterSlots known)
    {
        ClusterMapUpdate stored = map.State.Map;
        if (stored.Version == 0) return ClusterMap.None;
        if ((stored.With(known) ?? Whole(stored)) is { } whole) return whole;
        await slots.ReadStateAsync(); // another activation has written them since
        return Whole(stored)
            ?? throw new InvalidDataException($"cluster map {stored.Version} is stored, and the slots that it names are not");
    }

    /// <summary>The map as of a time after the call; null for none.</summary>
    public async Task<ClusterMap?> Read(ClusterSlots known)
    {
        _saved = null;
        await map.ReadStateAsync();
        return map.RecordExists ? await Last(known) : null;
    }

    /// <summary>Has the map in force once it returns. Whether it is when this throws is not known.</summary>
    /// <param name="next">The map.</param>
    /// <param name="before">The one that was in force, whose slots are kept.</param>
    public async Task Write(ClusterMap next, ClusterMap before)
    {
        if (_saved?.Id != next.Slots.Id && FindSlots(next.Slots.Id) is null)
        {
            await slots.ReadStateAsync(); // its ETag may be another's that was given up
            slots.State = new SlotsState { Slots = [.. before.IsEmpty ? [] : new[] { before.Slots.Bytes }, next.Slots.Bytes] };
            await slots.WriteStateAsync();
        }

        _saved = next.Slots;
        map.State = new SlotMapState { Map = ClusterMapUpdate.WithoutSlots(next) };
        await map.WriteStateAsync();
    }

    private ClusterMap? Whole(ClusterMapUpdate stored) => FindSlots(stored.SlotsId) is { } found ? stored.With(found) : null;

    private ClusterSlots? FindSlots(ulong id) => slots.State.Slots.Select(s => new ClusterSlots(s)).FirstOrDefault(s => s.Id == id);
}
