using System.Net;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Joining, and starting again, in a cluster that keeps several copies of each shard.</summary>
public sealed class JoinRulesReplicaTests
{
    private const int Shards = 8;

    private static readonly ClusterMap One = Joined(
        ClusterMap.None, Request("a") with { Replicas = 3, WriteQuorum = 2, ReadQuorum = 3, NewestEpoch = 4 });

    [Fact]
    public void FirstNode_FoundsWithItsValues_AndIsTheOnlyMember()
    {
        Assert.Equal((3, 2, 3), (One.Replicas, One.WriteQuorum, One.ReadQuorum));
        Assert.Equal(Shards, One.Homes.Length);
        Assert.All(One.Homes, h => Assert.Equal(new ShardHome("a", 5, null) { Members = ["a"] }, h));

        ClusterMap silent = Joined(ClusterMap.None, Request("a"));
        Assert.Equal((1, 1), (silent.Replicas, silent.WriteQuorum));
        Assert.All(silent.Homes, h => Assert.Empty(h.Members));
    }

    [Fact]
    public void NextNode_IsAdded_AndNoShardMoves_WhateverItWasStartedWith()
    {
        foreach (JoinRequest request in (JoinRequest[])[Request("b"), Request("b") with { Replicas = 5, WriteQuorum = 4, ReadQuorum = 2 }])
        {
            ClusterMap two = Joined(One, request);
            Assert.Equal(["a", "b"], two.Nodes.Select(n => n.Id));
            Assert.Equal((3, 2, 3), (two.Replicas, two.WriteQuorum, two.ReadQuorum));
            Assert.Equal(One.Homes, two.Homes);
        }
    }

    [Fact]
    public void NodeThatStartsAgain_BeginsAnewWhereItLeads_AndOnlyThere()
    {
        ShardHome leads = new("a", 7, null) { Members = ["a", "b"], Learners = ["c"], Former = ["a"] };
        ShardHome follows = new("b", 9, null) { Members = ["a", "b"] };
        ClusterMap map = Joined(One, Request("b")) with { Homes = [leads, follows] };
        ClusterMap now = Joined(map, Request("a") with { Node = Request("a").Node with { Silo = Silo('a', 2000) } });
        Assert.Equal([leads with { Epoch = 8 }, follows], now.Homes);
    }

    [Fact]
    public void OnlyNode_RebalancedByTheEmbeddedServer_StaysTheOnlyMember()
    {
        ClusterMap now = Joined(One, Request("a") with { Keys = 5, Slots = SlotMap.Create(12).ToBytes(), NewestEpoch = 9,
            Folder = new FolderOwner(true, One.Cluster) });
        Assert.Equal((3, 2, 3), (now.Replicas, now.WriteQuorum, now.ReadQuorum));
        Assert.Equal(12, now.Homes.Length);
        Assert.All(now.Homes, h => Assert.Equal(new ShardHome("a", 10, null) { Members = ["a"] }, h));
    }

    /// <summary>A follower without what it has acknowledged would elect leaders that lack it.</summary>
    [Fact]
    public void FollowerWithAnotherStore_IsRefused_WhileItsCopiesCount()
    {
        ClusterMap map = Joined(One, Request("b"));
        JoinRequest fresh = Request("b");
        fresh = fresh with { Node = fresh.Node with { Store = "fresh" } };
        foreach (ShardHome home in (ShardHome[])[
            new("a", 7, null) { Members = ["a", "b"] }, new("a", 7, null) { Members = ["a"], Former = ["a", "b"] }])
        {
            JoinDecision decision = JoinRules.Decide(map with { Homes = [home] }, fresh, _ => false);
            Assert.Equal(JoinOutcome.Refused, decision.Outcome);
            Assert.Contains("1 shards", decision.Problem, StringComparison.Ordinal);
        }

        Joined(map with { Homes = [new ShardHome("a", 7, null) { Members = ["a"], Learners = ["b"] }] }, fresh);
    }

    private static ClusterMap Joined(ClusterMap map, JoinRequest request)
    {
        JoinDecision decision = JoinRules.Decide(map, request, _ => false);
        Assert.True(decision.Outcome == JoinOutcome.Joined, decision.Problem);
        return decision.Map ?? map;
    }

    private static JoinRequest Request(string id) => new(
        new NodeInfo(id, "localhost", 1, 0) { Silo = Silo(id[0], 1000), Store = id + "-store", Commands = DataCommands.TableId },
        SlotMap.Create(Shards).ToBytes(), 0, FolderOwner.Nobody);

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), generation);
}
