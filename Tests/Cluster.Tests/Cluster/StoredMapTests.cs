using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>The slots of the map are stored apart from it, before it, and only when they are others.</summary>
public sealed class StoredMapTests
{
    private static readonly ClusterSlots Two = new(SlotMap.Create(2).ToBytes()), Three = new(SlotMap.Create(3).ToBytes());

    private readonly CountingState<SlotMapState> _map = new();
    private readonly CountingState<SlotsState> _slots = new();

    [Fact]
    public async Task Change_OfTheHomes_WritesNoSlots()
    {
        StoredMap stored = Activate();
        await stored.Write(Map(1, Two, epoch: 1), ClusterMap.None);
        await stored.Write(Map(2, Two, epoch: 2), Map(1, Two, epoch: 1));
        Assert.Equal((2, 1), (_map.Writes, _slots.Writes));
        Assert.Empty(_map.Stored!.Map.Slots);

        ClusterMap back = await Activate().Last(ClusterSlots.None);
        Assert.Equal((2, 2u), (back.Version, back.Homes[0].Epoch));
        Assert.Equal(Two.Bytes, back.Slots.Bytes);
        Assert.Equal(2, (await Activate().Read(Two))!.Version);
    }

    /// <summary>Should the map that names them not be written, the one in force still finds its own.</summary>
    [Fact]
    public async Task OtherSlots_AreStoredBesideThoseInForce()
    {
        StoredMap stored = Activate();
        await stored.Write(Map(1, Two, epoch: 1), ClusterMap.None);
        _map.FailsOnce = true;
        await Assert.ThrowsAsync<IOException>(() => stored.Write(Map(2, Three, epoch: 1), Map(1, Two, epoch: 1)));
        Assert.Equal(Two.Id, (await Activate().Last(ClusterSlots.None)).Slots.Id);

        await stored.Write(Map(3, Three, epoch: 1), Map(1, Two, epoch: 1));
        Assert.Equal(Three.Id, (await Activate().Last(ClusterSlots.None)).Slots.Id);
        Assert.Equal(2, _slots.Writes);
    }

    [Fact]
    public async Task MapOfBefore_WithItsSlotsInIt_IsRead_AndStoredApartFromTheNextChangeOn()
    {
        _map.Stored = new SlotMapState { Map = ClusterMapUpdate.For(Map(7, Two, epoch: 4), knownSlots: 0) with { SlotsId = 0 } };
        StoredMap stored = Activate();
        ClusterMap map = await stored.Last(ClusterSlots.None);
        Assert.Equal(Two.Id, map.Slots.Id);

        await stored.Write(map with { Version = 8 }, map);
        Assert.Empty(_map.Stored!.Map.Slots);
        Assert.Equal(Two.Id, (await Activate().Last(ClusterSlots.None)).Slots.Id);
    }

    /// <summary>An activation that has read the slots before another one has written others.</summary>
    [Fact]
    public async Task SlotsOfAnotherActivation_AreReadAgain()
    {
        StoredMap mine = Activate(), others = Activate();
        await mine.Write(Map(1, Two, epoch: 1), ClusterMap.None);
        await others.Read(Two);
        await others.Write(Map(2, Three, epoch: 1), Map(1, Two, epoch: 1));
        Assert.Equal(Three.Id, (await mine.Read(Two))!.Slots.Id);
    }

    [Fact]
    public async Task MapWhoseSlotsAreNotStored_IsNoMap()
    {
        _map.Stored = new SlotMapState { Map = ClusterMapUpdate.WithoutSlots(Map(7, Two, epoch: 4)) };
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => Activate().Last(ClusterSlots.None));
        Assert.Contains("slots", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_IsTheEmptyMap()
    {
        Assert.True((await Activate().Last(ClusterSlots.None)).IsEmpty);
        Assert.Null(await Activate().Read(ClusterSlots.None));
    }

    private StoredMap Activate() => new(_map.Activate(), _slots.Activate());

    private static ClusterMap Map(long version, ClusterSlots slots, uint epoch) =>
        new(version, slots, [new NodeInfo("a", "localhost", 1, 0)], [new ShardHome("a", epoch, null)]);
}
