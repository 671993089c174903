using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Silo.Hosting;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// What a node says of its cluster, in numbers and in words. Alpha has shards 0 and 2 (3100 slots), beta 1 (4900), gamma 3 (8384).
/// </summary>
public sealed class ClusterReportsTests
{
    [Fact]
    public void Of_AllWell_IsOkWithoutAWord()
    {
        ClusterReport report = Of(FakeCluster.Nodes());
        Assert.True(report.Ok);
        Assert.Null(report.Problem);
        Assert.Equal((16384, 0, 7L), (report.SlotsServed, report.SlotsUnserved, report.MapVersion));
        Assert.Empty(report.ShardsUnserved);
        Assert.Equal(["ready", "ready", "ready"], report.Nodes.Select(n => n.State));
        Assert.Equal([0, 2], report.Nodes[0].Shards);
        Assert.Equal(10, report.Nodes[1].Keys);
    }

    [Theory]
    [InlineData(false, true, "4900 of 16384 slots are not served: node beta is down with 1 shards")]
    [InlineData(true, false, "4900 of 16384 slots are not served: node beta is unreachable with 1 shards")]
    public void Of_NodeThatIsGoneOrSilent_NamesItAndWhatItHas(bool alive, bool answering, string problem)
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[1] = nodes[1] with { IsAlive = alive, IsAnswering = answering };
        ClusterReport report = Of(nodes);
        Assert.False(report.Ok);
        Assert.Equal(problem, report.Problem);
        Assert.Equal((11484, 4900), (report.SlotsServed, report.SlotsUnserved));
        Assert.Equal([1], report.ShardsUnserved);
        Assert.False(report.Nodes[1].Up);
    }

    [Fact]
    public void Of_LivingNodeThatCannotServeAShard_IsNotOk()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[0] = nodes[0] with { Unserved = [new ShardId(2)] };
        ClusterReport report = Of(nodes, unservedSlots: 3000);
        Assert.False(report.Ok);
        Assert.Equal("3000 of 16384 slots are not served: node alpha cannot serve 1 of its 2 shards", report.Problem);
        Assert.Equal([2], report.ShardsUnserved);
    }

    [Fact]
    public void Of_NodeThatRefusesWrites_IsNotOk()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[0] = nodes[0] with { Condition = "failed", Unserved = nodes[0].Shards };
        ClusterReport report = Of(nodes, unservedSlots: 6000);
        Assert.False(report.Ok);
        Assert.Equal("6000 of 16384 slots are not served: writes are refused on alpha, with 2 shards", report.Problem);
    }

    [Fact]
    public void Of_NodeWithoutShardsThatRefusesWrites_SaysSoThoughAllIsServed()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[2] = nodes[2] with { Condition = "failed", Shards = [] };
        ClusterReport report = Of(nodes);
        Assert.True(report.Ok);
        Assert.Equal("writes are refused on gamma", report.Problem);
    }

    [Theory]
    [InlineData(9_999, null)]
    [InlineData(12_345, "the cluster map has not answered for 12 s: nodes cannot join and shards cannot move")]
    public void Of_SilentMap_IsSaidAfterTenSeconds(long silentMs, string? problem) =>
        Assert.Equal(problem, Of(FakeCluster.Nodes(), silentMs: silentMs).Problem);

    [Fact]
    public void Of_ShardOnItsWay_IsAMove()
    {
        ClusterSnapshot cluster = Snapshot(FakeCluster.Nodes(), 0, [new ClusterMove(new ShardId(1), "beta", "gamma")]);
        Assert.Equal([new ShardMoveReport(1, "beta", "gamma")], ClusterReports.Of(cluster, _ => null, 0).Moves);
    }

    private static ClusterReport Of(ClusterNode[] nodes, int unservedSlots = 0, long silentMs = 0) =>
        ClusterReports.Of(Snapshot(nodes, unservedSlots, []), id => new NodeStats(0, id == "beta" ? 10 : 0, 0), silentMs);

    private static ClusterSnapshot Snapshot(ClusterNode[] nodes, int unservedSlots, ClusterMove[] moves)
    {
        IReadOnlyList<ClusterSlotRange> ranges = FakeCluster.Of(7, ClusterState.Ok, nodes).Ranges;
        var seen = new ClusterSnapshot(7, 0, nodes, ranges, ClusterState.Fail) { UnservedSlots = unservedSlots };
        return new ClusterSnapshot(7, 0, nodes, ranges, seen.ServedSlots == SlotId.Count ? ClusterState.Ok
            : ClusterState.Fail) { UnservedSlots = unservedSlots, Moves = moves };
    }
}
