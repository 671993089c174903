using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Protocol.Slots;
using OrleansKv.Silo.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>What the log says of the other nodes, state by state, without a cluster.</summary>
public sealed class ClusterNewsTests
{
    private const int Shards = 4;

    private static readonly SiloAddress Mine = Silo(1, 1), Other = Silo(2, 1), OtherAgain = Silo(2, 2), Third = Silo(3, 1);

    private readonly CollectingLogger _log = new();
    private readonly ClusterNews _news;
    private long _version;
    private int _read;

    public ClusterNewsTests() => _news = new ClusterNews("me", _log.For<ClusterNews>());

    [Fact]
    public void OtherNode_JoinsDiesReturnsStopsReturns_OneLineEach()
    {
        ClusterMap alone = Map(["me", "me", "me", "me"], Node("me", Mine));
        Assert.Empty(Look(alone, (Mine, SiloStatus.Active)));

        ClusterMap joined = Map(["me", "me", "me", "me"], Node("me", Mine), Node("other", Other));
        joined.Homes[2] = joined.Homes[2] with { NextNodeId = "other" };
        Assert.Empty(Look(joined, (Mine, SiloStatus.Active))); // the map came first
        Assert.Equal(["Information: Node other has joined; clients reach it at 10.0.0.9:9090. The cluster has 2 nodes; 1 of 4 shards "
        + "move to it"], Look(joined, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));

        ClusterMap settled = Map(["me", "me", "other", "me"], Node("me", Mine), Node("other", Other));
        Assert.Equal(["Information: All shards are where they belong: 3 of 4 are on this node"],
            Look(settled, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));
        Assert.Equal(["Warning: Node other is down: its 1 of 4 shards are not served until it is back"],
            Look(settled, (Mine, SiloStatus.Active), (Other, SiloStatus.Dead)));
        Assert.Empty(Look(settled, (Mine, SiloStatus.Active), (OtherAgain, SiloStatus.Active))); // active, and not yet joined

        ClusterMap back = Map(["me", "me", "other", "me"], Node("me", Mine), Node("other", OtherAgain));
        Assert.Equal(["Information: Node other is back with its 1 of 4 shards"],
            Look(back, (Mine, SiloStatus.Active), (OtherAgain, SiloStatus.Active)));
        Assert.Equal(
            ["Information: Node other leaves, it was stopped: its 1 of 4 shards are not served until it is back"],
            Look(back, (Mine, SiloStatus.Active), (OtherAgain, SiloStatus.ShuttingDown)));
        Assert.Empty(Look(back, (Mine, SiloStatus.Active), (OtherAgain, SiloStatus.Dead)));
        Assert.Equal(["Information: Node other is back with its 1 of 4 shards"],
            Look(settled, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));
    }

    [Fact]
    public void FirstLook_TellsWhatIsMissing_AndWhatMovesHere()
    {
        ClusterMap map = Map(["other", "other", "third", "other"], Node("other", Other), Node("third", null), Node("me", Mine));
        map.Homes[0] = map.Homes[0] with { NextNodeId = "me" };
        Assert.Equal(
            ["Warning: Node third is down: its 1 of 4 shards are not served until it is back",
                "Information: 1 of 4 shards move to this node"],
            Look(map, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));
        Assert.Empty(Look(map, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));
    }

    [Fact]
    public void OtherNode_WithReplicas_HasItsShardsTakenOver()
    {
        NodeInfo me = Node("me", Mine), third = Node("third", Third), other = Node("other", Other), again = Node("other", OtherAgain);
        (SiloAddress, SiloStatus) here = (Mine, SiloStatus.Active), thirdUp = (Third, SiloStatus.Active);
        Assert.Empty(Look(Replicated(["me", "me", "third", "me"], me, third), here, thirdUp));
        Assert.Equal(["Information: Node other has joined; clients reach it at 10.0.0.9:9090. The cluster has 3 nodes; copies of shards "
            + "come to it"], Look(Replicated(["me", "me", "other", "me"], me, third, other), here, thirdUp, (Other, SiloStatus.Active)));

        Assert.Equal(["Warning: Node other is down: replicas take over its 1 of 4 shards"], // the map says already that they have
            Look(Replicated(["me", "me", "third", "me"], me, third, other), here, thirdUp, (Other, SiloStatus.Dead)));
        ClusterMap back = Replicated(["me", "me", "me", "other"], me, third, again);
        Assert.Equal(["Information: Node other is back: it leads 1 of 4 shards and follows 3"],
            Look(back, here, thirdUp, (OtherAgain, SiloStatus.Active)));
        Assert.Equal(["Information: Node other leaves, it was stopped: replicas take over its 1 of 4 shards"],
            Look(back, here, thirdUp, (OtherAgain, SiloStatus.ShuttingDown)));
        Assert.Empty(Look(back, here, thirdUp, (OtherAgain, SiloStatus.Dead)));
    }

    [Fact]
    public void OtherNode_WithReplicasOfWhichTooFewAreLeft_IsNotTakenOver()
    {
        ClusterMap both = Replicated(["me", "other", "other", "me"], Node("me", Mine), Node("other", Other));
        Assert.Equal(["Warning: Node other is down: replicas take over its 2 of 4 shards, but for 2 of which too few copies are left: they "
            + "are not served until more nodes are back"], Look(both, (Mine, SiloStatus.Active), (Other, SiloStatus.Dead)));
    }

    [Fact]
    public void OlderMembership_ChangesNothing()
    {
        ClusterMap map = Map(["me", "other", "me", "me"], Node("me", Mine), Node("other", Other));
        Look(map, (Mine, SiloStatus.Active), (Other, SiloStatus.Active));
        Look(map, (Mine, SiloStatus.Active), (Other, SiloStatus.Dead));
        _version -= 2;
        Assert.Empty(Look(map, (Mine, SiloStatus.Active), (Other, SiloStatus.Active)));
    }

    // What this look alone has put into the log.
    private string[] Look(ClusterMap map, params (SiloAddress Silo, SiloStatus Status)[] members)
    {
        var all = members.ToImmutableDictionary(m => m.Silo, m => new Orleans.Runtime.ClusterMember(m.Silo, m.Status, "silo"));
        _news.Look(map, new ClusterMembershipSnapshot(all, new MembershipVersion(++_version)));
        string[] lines = [.. _log.Lines.Skip(_read).Select(l => l.TrimEnd())];
        _read = _log.Lines.Count;
        return lines;
    }

    private static ClusterMap Map(string[] homes, params NodeInfo[] nodes) =>
        new(1, new ClusterSlots(SlotMap.Create(Shards).ToBytes()), nodes, [.. homes.Select(id => new ShardHome(id, 1, null))]);

    // Each node has a copy of each shard, and two are needed to acknowledge.
    private static ClusterMap Replicated(string[] leaders, params NodeInfo[] nodes)
    {
        ClusterMap map = Map(leaders, nodes);
        string[] members = [.. nodes.Select(n => n.Id)];
        return map with { Replicas = 3, WriteQuorum = 2, Homes = [.. map.Homes.Select(h => h with { Members = members })] };
    }

    private static NodeInfo Node(string id, SiloAddress? silo) => new(id, "10.0.0.9", 9090, 0) { Silo = silo };

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(IPAddress.Loopback, port, generation);
}
