using OrleansKv.Grains;
using OrleansKv.Grains.Map;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>One node alone may serve a shard in an epoch, in whatever order claims and arrivals are stored.</summary>
public sealed class MapRulesTests
{
    private static readonly ClusterMap Map = new(1, ClusterSlots.None, [],
        [new ShardHome("a", 5, "b"), new ShardHome("a", 3, null), new ShardHome("b", 9, null)]);

    [Fact]
    public void Claim_OfAShardThatStays_OrLivesElsewhere_ChangesNothing()
    {
        Assert.Null(MapRules.Claim(Map, 1, "a"));
        Assert.Null(MapRules.Claim(Map, 2, "a"));
        Assert.Null(MapRules.Claim(Map, 0, "b")); // it is to come there, and has not
        Assert.Null(MapRules.Claim(Map, 7, "a")); // there is no such shard
    }

    [Fact]
    public void ClaimAndArrival_ExcludeEachOther_InEitherOrder()
    {
        ClusterMap claimed = MapRules.Claim(Map, 0, "a")!;
        Assert.Equal(new ShardHome("a", 7, "b"), claimed.Homes[0]);
        Assert.Null(MapRules.Arrive(claimed, 0, "b", 6)); // what left in epoch 5 comes too late
        Assert.Equal(new ShardHome("b", 8, null), MapRules.Arrive(claimed, 0, "b", 8)!.Homes[0]);

        ClusterMap arrived = MapRules.Arrive(Map, 0, "b", 6)!;
        Assert.Equal(new ShardHome("b", 6, null), arrived.Homes[0]);
        Assert.Null(MapRules.Claim(arrived, 0, "a"));
        Assert.Null(MapRules.Arrive(arrived, 0, "b", 6)); // told twice
    }

    [Fact]
    public void Begin_RaisesTheEpochsOfOneNode_AndFencesWhatIsOnItsWay()
    {
        ClusterMap begun = MapRules.Begin(Map, "a", newest: 4);
        Assert.Equal([new ShardHome("a", 7, "b"), new ShardHome("a", 5, null), new ShardHome("b", 9, null)], begun.Homes);
        Assert.Null(MapRules.Arrive(begun, 0, "b", 6));
    }
}
