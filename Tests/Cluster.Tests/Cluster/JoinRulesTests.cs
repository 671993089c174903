using System.Net;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Who may join. Each refusal is a way in which data was lost, or answered as missing, without it.</summary>
public sealed class JoinRulesTests
{
    private const int Shards = 8;

    private static readonly byte[] Slots = SlotMap.Create(Shards).ToBytes();
    private static readonly ClusterMap Two = Joined(Joined(ClusterMap.None, Request("a")), Request("b"));

    [Fact]
    public void FirstNode_FoundsACluster_WithAGuidOfItsOwn()
    {
        ClusterMap one = Joined(ClusterMap.None, Request("a") with { Keys = 7 }), other = Joined(ClusterMap.None, Request("a"));
        Assert.NotEqual(Guid.Empty, one.Cluster);
        Assert.NotEqual(one.Cluster, other.Cluster);
        Assert.All(one.Homes, h => Assert.Equal(new ShardHome("a", 1, null), h));
    }

    [Fact]
    public void SecondNode_GetsShards_AndTheGuidStays()
    {
        ClusterMap one = Joined(ClusterMap.None, Request("a"));
        ClusterMap two = Joined(one, Request("b"));
        Assert.Equal(one.Cluster, two.Cluster);
        Assert.Contains(two.Homes, h => h.NextNodeId == "b");
    }

    // The map was lost: the first node was started with another data folder, or --postgres names a fresh database.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void NodeOfAnotherCluster_IsRefused_KnownOrNot(int keys)
    {
        foreach (string id in (string[])["b", "c"])
        {
            JoinRequest request = Request(id) with { Keys = keys, Folder = new FolderOwner(true, Guid.NewGuid()) };
            Refused(Two, request, Two.Cluster.ToString(), request.Folder.Cluster.ToString()!, "--data-dir", "--postgres");
        }
    }

    [Fact]
    public void NodeOfACluster_WithoutAMap_FoundsNone()
    {
        Refused(ClusterMap.None, Request("b") with { Folder = new FolderOwner(true, Guid.NewGuid()) }, "no cluster map", "--join",
            "--postgres");
        // A NODE file of an older program.
        Refused(ClusterMap.None, Request("b") with { Keys = 1, Folder = new FolderOwner(true, null) }, "no cluster map");
        Joined(ClusterMap.None, Request("b") with { Folder = new FolderOwner(true, null) }); // claimed by a start that went no further
    }

    [Fact]
    public void NodeThatAnOlderMapDoesNotKnow_IsRefused_UnlessItHasNoKeys()
    {
        JoinRequest request = Request("c") with { Keys = 3, Folder = new FolderOwner(true, Two.Cluster) };
        Refused(Two, request, "older", "3 keys");
        Joined(Two, request with { Keys = 0 });
    }

    [Fact]
    public void KeysOfNobody_AreRefused_UnlessTheStoreIsTheNodes()
    {
        Refused(Two, Request("c") with { Keys = 4 }, "4 keys", "a, b");
        Refused(Two, Request("c") with { Keys = 4, Folder = new FolderOwner(true, null) }, "4 keys");
        Joined(Two, Request("b") with { Keys = 4 }); // joined, and killed before its folder said so
    }

    [Fact]
    public void FolderAndMapOfAnOlderProgram_AreTaken_AndTheMapHasAGuidThen()
    {
        ClusterMap old = Two with { Cluster = Guid.Empty,
            Nodes = [.. Two.Nodes.Select(n => new NodeInfo(n.Id, n.Host, n.Port, n.TlsPort))] };
        ClusterMap now = Joined(old, Request("b") with { Keys = 4, Folder = new FolderOwner(true, null) });
        Assert.NotEqual(Guid.Empty, now.Cluster);
        Assert.Equal("b-store", now.NodeOf("b")!.Store);
        Refused(old, Request("b") with { Keys = 4 }, "4 keys");
    }

    [Fact]
    public void KnownNodeWithAnotherStore_IsRefused_WhileShardsAreInItsOwn()
    {
        ClusterMap map = Settled(Two);
        JoinRequest empty = WithStore(Request("b"), "fresh");
        Refused(map, empty, "b-store", "fresh", "--data-dir", "--replace-lost-data b-store");
        Refused(map, WithStore(Request("b"), null), "--persistence off", "b-store");
        Refused(map, empty with { ReplacesStore = "other" }, "b-store");
        ClusterMap replaced = Joined(map, empty with { ReplacesStore = "b-store" });
        Assert.Equal("fresh", replaced.NodeOf("b")!.Store);
        // The old one is found again.
        Refused(replaced, Request("b") with { Keys = 9, Folder = new FolderOwner(true, map.Cluster), ReplacesStore = "b-store" }, "fresh");
    }

    [Fact]
    public void KnownNodeWithAnotherStore_JoinsWhenNothingIsInItsOwn()
    {
        Joined(Two, WithStore(Request("b"), "fresh")); // home of nothing yet
        ClusterMap inMemory = Settled(Joined(Joined(ClusterMap.None, Request("a")), WithStore(Request("b"), null)));
        Assert.Null(inMemory.NodeOf("b")!.Store);
        Joined(inMemory, WithStore(Request("b"), null));
        Joined(inMemory, Request("b"));
    }

    [Fact]
    public void SecondSiloOfOneId_Waits_WhileTheFirstRuns()
    {
        SiloAddress first = Two.NodeOf("b")!.Silo!;
        JoinRequest second = Request("b");
        second = second with { Node = second.Node with { Silo = Silo(999, generation: first.Generation - 100) } }; // its clock is behind
        JoinDecision waits = JoinRules.Decide(Two, second, first.Equals);
        Assert.Equal(JoinOutcome.Wait, waits.Outcome);
        Assert.Contains(first.Endpoint.ToString(), waits.Problem, StringComparison.Ordinal);
        Assert.Null(waits.Map);
        Assert.Equal(second.Node.Silo, Joined(Two, second).NodeOf("b")!.Silo); // the first is dead
        Assert.Equal(JoinOutcome.Joined, JoinRules.Decide(Two, Request("b"), _ => true).Outcome); // itself, asking again
    }

    [Fact]
    public void NodeOfAnotherVersion_IsRefused()
    {
        JoinRequest newer = Request("c");
        newer = newer with { Node = newer.Node with { Commands = DataCommands.TableId + 1 } };
        Refused(Two, newer, "version", "the cluster");
        Refused(ClusterMap.None, newer, "version");

        // The grain may itself be on the new node.
        ClusterMap old = Two with { Nodes = [Two.Nodes[0] with { Commands = DataCommands.TableId + 1 }, Two.Nodes[1]] };
        JoinDecision decision = JoinRules.Decide(old, Request("b"), old.Nodes[0].Silo!.Equals);
        Assert.Equal(JoinOutcome.Refused, decision.Outcome);
        Assert.Contains("node a", decision.Problem, StringComparison.Ordinal);
        Joined(old, Request("b")); // that one does not run
    }

    [Fact]
    public void EmptyStoreWithOtherSlots_TakesTheClustersFirst()
    {
        foreach (string id in (string[])["b", "c"])
        {
            JoinDecision decision = JoinRules.Decide(Two, Request(id) with { Slots = SlotMap.Create(Shards + 1).ToBytes() }, _ => false);
            Assert.Equal(JoinOutcome.Adopt, decision.Outcome);
            Assert.Null(decision.Map);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void OnlyNode_RebalancedByTheEmbeddedServer_BringsItsSlots(int shards)
    {
        ClusterMap one = Joined(ClusterMap.None, Request("a"));
        ClusterMap now = Joined(one,
            Request("a") with { Keys = 5, Slots = SlotMap.Create(shards).ToBytes(), NewestEpoch = 9,
                Folder = new FolderOwner(true, one.Cluster) });
        Assert.Equal(shards, now.SlotMap.ShardCount);
        Assert.Equal(shards, now.Homes.Length);
        Assert.All(now.Homes, h => Assert.Equal(new ShardHome("a", 10, null), h));
        Assert.Equal(one.Cluster, now.Cluster);
    }

    /// <summary>The embedded server has written the folder, each start in an epoch of its own.</summary>
    [Fact]
    public void FirstNode_WithRecords_FoundsAboveTheirEpochs() =>
        Assert.All(Joined(ClusterMap.None, Request("a") with { Keys = 7, NewestEpoch = 17 }).Homes,
            h => Assert.Equal(new ShardHome("a", 18, null), h));

    /// <summary>After a power cut it gave the positions of lost records to others.</summary>
    [Fact]
    public void NodeThatStartsAgain_HasEpochsOfItsOwn_InOneChange()
    {
        JoinRequest again = Request("a");
        again = again with { Node = again.Node with { Silo = Silo('a', 2000) }, NewestEpoch = 1 };
        ClusterMap now = Joined(Two, again);
        foreach ((ShardHome before, ShardHome after) in Two.Homes.Zip(now.Homes))
            // an arrival may take the one left out
            Assert.Equal(before with { Epoch = before.Epoch + (before.NextNodeId is null ? 1u : 2u) }, after);
        ClusterMap settled = Settled(Two), third = Joined(settled, again with { NewestEpoch = 40 });
        foreach ((ShardHome before, ShardHome after) in settled.Homes.Zip(third.Homes))
            Assert.Equal(before.NodeId == "a" ? before with { Epoch = 41 } : before, after); // it has more than an old map knows of
        Assert.Null(JoinRules.Decide(now, again, _ => false).Map); // the same process asks again
    }

    [Fact]
    public void OneOfSeveral_RebalancedByTheEmbeddedServer_IsRefused() =>
        Refused(Two, Request("b") with { Keys = 5, Slots = SlotMap.Create(12).ToBytes(), Folder = new FolderOwner(true, Two.Cluster) },
            "12 shards", "REBALANCE 8");

    [Fact]
    public void UnfinishedRebalance_IsRefused_WhateverTheMap()
    {
        byte[] moving = SlotMap.Create(Shards).WithMove(new SlotId(1), new ShardId(2), new ShardId(3)).ToBytes();
        foreach (ClusterMap map in (ClusterMap[])[ClusterMap.None, Joined(ClusterMap.None, Request("a")), Two])
            Refused(map, Request("a") with { Keys = 5, Slots = moving }, "REBALANCE", "embedded server");
    }

    private static ClusterMap Joined(ClusterMap map, JoinRequest request)
    {
        JoinDecision decision = JoinRules.Decide(map, request, _ => false);
        Assert.True(decision.Outcome == JoinOutcome.Joined, decision.Problem);
        return decision.Map ?? map;
    }

    private static void Refused(ClusterMap map, JoinRequest request, params string[] named)
    {
        JoinDecision decision = JoinRules.Decide(map, request, _ => false);
        Assert.True(decision.Outcome == JoinOutcome.Refused, $"{decision.Outcome}: {decision.Problem}");
        Assert.Null(decision.Map);
        Assert.DoesNotContain('\n', decision.Problem!);
        foreach (string word in named) Assert.Contains(word, decision.Problem, StringComparison.Ordinal);
    }

    private static JoinRequest Request(string id) => new(
        new NodeInfo(id, "localhost", 1, 0) { Silo = Silo(id[0], 1000), Store = id + "-store", Commands = DataCommands.TableId }, Slots, 0,
        FolderOwner.Nobody);

    private static JoinRequest WithStore(JoinRequest request, string? store) => request with { Node = request.Node with { Store = store } };

    private static ClusterMap Settled(ClusterMap map) =>
        map with { Homes = [.. map.Homes.Select(h => h.NextNodeId is { } next ? new ShardHome(next, h.Epoch + 1, null) : h)] };

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), generation);
}
