using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>How far two stores have one past.</summary>
public sealed class LineageTests
{
    private static readonly Lineage Cluster = Lineage.OfCluster(Guid.NewGuid());

    [Fact]
    public void NodesOfOneCluster_HaveOnePast_AndOtherClustersAnother()
    {
        Assert.Equal(new Epoch(uint.MaxValue), Cluster.CommonWith(Lineage.FromBytes(Cluster.ToBytes())));
        Assert.Equal(Epoch.None, Cluster.CommonWith(Lineage.OfCluster(Guid.NewGuid())));
        Assert.Equal(Epoch.None, Cluster.CommonWith(Lineage.None));
    }

    // The cluster goes on to the epochs that the promoted server takes, too: records of the two in them are different ones.
    [Fact]
    public void ServerThatWasPromoted_HasTheClustersPastBelowItsOwnTenure()
    {
        Lineage promoted = Cluster.Before(new Epoch(8)).With(new Epoch(8), 1);
        Assert.Equal(new Epoch(7), promoted.CommonWith(Cluster));
        Assert.Equal(new Epoch(7), Cluster.CommonWith(promoted));
        Lineage again = promoted.Before(new Epoch(9)).With(new Epoch(9), 2);
        Assert.Equal(new Epoch(8), again.CommonWith(promoted));
        Assert.Equal(new Epoch(7), again.CommonWith(Cluster));
    }

    [Fact]
    public void FollowerPosition_ComesBackFromItsBytes()
    {
        var position = new FollowerPosition(7, [new LogPosition(new Epoch(1), new Lsn(2)), LogPosition.None], Cluster);
        FollowerPosition read = FollowerPosition.FromBytes(position.ToBytes());
        Assert.Equal((7u, position.Positions[0], position.Positions[1]), (read.MapChecksum, read.Positions[0], read.Positions[1]));
        Assert.Equal(Cluster.Tenures, read.Lineage.Tenures);
        byte[] bytes = position.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => FollowerPosition.FromBytes(bytes.AsSpan(0, length)));
    }
}
