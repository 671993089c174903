using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using Xunit;

namespace OrleansKv.Gateway.Tests.Dispatch;

public sealed class ClusterSnapshotTests
{
    [Fact]
    public void RangesOf_EveryShardAtHome_CoversEachSlotWithItsNode()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        SlotMap map = SlotMap.Create(4);
        IReadOnlyList<ClusterSlotRange> ranges = ClusterSnapshot.RangesOf(map, nodes);
        _ = new ClusterSnapshot(1, 0, nodes, ranges, ClusterState.Ok); // checks their order
        Assert.Equal(SlotId.Count, ranges.Sum(r => r.Count));
        foreach (ClusterSlotRange range in ranges)
        {
            for (int slot = range.First.Value; slot <= range.Last.Value; slot++)
            {
                Assert.Contains(map.OwnerOf(new SlotId((ushort)slot)), nodes[range.Node].Shards);
            }
        }

        Assert.All(ranges.Zip(ranges.Skip(1)), p => Assert.NotEqual(p.First.Node, p.Second.Node)); // neighbours are joined
    }

    [Fact]
    public void RangesOf_ShardWithoutAHome_LeavesItsSlotsOut()
    {
        ClusterNode[] nodes = [.. FakeCluster.Nodes().Take(2)]; // gamma, home of shard 3, is unknown
        SlotMap map = SlotMap.Create(4);
        int[] counts = map.CountSlots();
        Assert.Equal(SlotId.Count - counts[3], ClusterSnapshot.RangesOf(map, nodes).Sum(r => r.Count));
    }

    [Fact]
    public void RangesOf_OneNode_IsOneRange()
    {
        ClusterNode node = new("a", "h", 1) { Shards = [.. Enumerable.Range(0, 4).Select(i => new ShardId((ushort)i))] };
        Assert.Equal([FakeCluster.Range(0, 16383, 0)], ClusterSnapshot.RangesOf(SlotMap.Create(4), [node]));
    }

    [Fact]
    public void RangesOf_OneNodeWithReplicas_IsCutWhereTheirListChanges()
    {
        ClusterNode node = new("a", "h", 1) { Shards = [.. Enumerable.Range(0, 4).Select(i => new ShardId((ushort)i))] };
        SlotMap map = SlotMap.Create(4);
        IReadOnlyList<ClusterSlotRange> ranges = ClusterSnapshot.RangesOf(map, [node], s => s.Value < 2 ? [1, 2] : [2, 1]);
        Assert.Equal(SlotId.Count, ranges.Sum(r => r.Count));
        foreach (ClusterSlotRange range in ranges)
        {
            for (int slot = range.First.Value; slot <= range.Last.Value; slot++)
                Assert.Equal(map.OwnerOf(new SlotId((ushort)slot)).Value < 2 ? 1 : 2, range.Replicas[0]);
        }

        Assert.All(ranges.Zip(ranges.Skip(1)), p => Assert.False(p.First.HasNodesOf(p.Second))); // neighbours are joined
        Assert.Equal([FakeCluster.Range(0, 16383, 0) with { Replicas = [1] }], ClusterSnapshot.RangesOf(map, [node], _ => [1]));
    }

    [Theory]
    [InlineData(0, 16384, 0)]
    [InlineData(5, 4, 0)]
    [InlineData(0, 5, 3)]
    [InlineData(0, 5, -1)]
    public void New_RangeThatCannotBe_Throws(int first, int last, int node) => Assert.Throws<ArgumentException>(() =>
        new ClusterSnapshot(1, 0, FakeCluster.Nodes(), [FakeCluster.Range(first, last, node)], ClusterState.Ok));

    [Fact]
    public void New_OverlapOrUnknownSelf_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ClusterSnapshot(
            1, 0, FakeCluster.Nodes(), [FakeCluster.Range(0, 5, 0), FakeCluster.Range(5, 6, 1)], ClusterState.Ok));
        Assert.Throws<ArgumentException>(() => new ClusterSnapshot(1, 3, FakeCluster.Nodes(), [], ClusterState.Ok));
    }
}
