using OrleansKv.Grains;
using OrleansKv.Silo.Replication;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>Which node can be followed, by the map; the others say which one.</summary>
public sealed class CopyCheckTests
{
    private static readonly NodeInfo[] Nodes =
        [new("a", "10.0.0.1", 9090, 0), new("b", "10.0.0.2", 9091, 0), new("c", "10.0.0.3", 0, 9443)];

    [Fact]
    public void Member_OfAllShards_CanBeFollowed_AndTheOthersNameIt()
    {
        ClusterMap map = MapOf(Home("a", "a", "b"), Home("b", "b", "c") with { Learners = ["a"] });
        Assert.Null(ProblemOf(map, "b"));
        Assert.Equal("node a has no copy of 1 of the cluster's 2 shards: follow node b at 10.0.0.2:9091 instead", ProblemOf(map, "a"));
        Assert.Equal("node a has no copy of 1 of the cluster's 2 shards, and no other node that runs has all of them: a cluster can be "
            + "followed that has no more nodes than copies of a shard (2)", ProblemOf(map, "a", dead: "b"));
        ClusterMap secure = MapOf(Home("a", "a", "c"), Home("c", "c"));
        Assert.EndsWith("follow node c at 10.0.0.3:9443 instead", ProblemOf(secure, "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutReplicas_TheHomeHasTheOnlyCopy()
    {
        ClusterMap map = MapOf(new ShardHome("a", 1, null), new ShardHome("a", 1, "b"));
        Assert.StartsWith("node a has no copy of 1 of", ProblemOf(map, "a"), StringComparison.Ordinal);
        Assert.Null(ProblemOf(MapOf(new ShardHome("a", 1, null)), "a"));
    }

    [Fact]
    public void NoMapYet_OrOneWithoutAnId_IsSaid()
    {
        Assert.Equal("this node has not joined its cluster yet", ProblemOf(ClusterMap.None, "a"));
        Assert.StartsWith("the cluster has no id yet", ProblemOf(MapOf(Home("a", "a")) with { Cluster = Guid.Empty }, "a"),
            StringComparison.Ordinal);
    }

    private static string? ProblemOf(ClusterMap map, string node, string dead = "") => CopyCheck.ProblemOf(map, node, n => n != dead);

    private static ShardHome Home(string leader, params string[] members) => new(leader, 1, null) { Members = members };

    private static ClusterMap MapOf(params ShardHome[] homes) =>
        new(1, ClusterSlots.None, Nodes, homes) { Cluster = Guid.NewGuid(), Replicas = 2 };
}
