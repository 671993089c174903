using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Grains.Replication;
using OrleansKv.Silo.Hosting;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>A node's replicas as INFO, ROLE and /metrics show them.</summary>
public sealed class ReplicationReportsTests
{
    [Fact]
    public void Of_Followers_HaveTheirAddresses_AndAnOffsetThatIsBehindTheLeadersByTheirLag()
    {
        var status = new ReplicaNodeStatus
        {
            Replicas = 3, WriteQuorum = 2, ReadQuorum = 2, LedShards = 4, FollowedShards = 5, WithoutWriteQuorum = [3], Offset = 1000,
            MaxLagRecords = 20, CopiesRunning = 2, FollowerReads = 7, SameCopies = 8, DivergedCopies = 2,
            StoppedShards = 1, Shards = [],
            Followers =
            [
                new FollowerStatus("beta", 30, TimeSpan.FromMilliseconds(1_999)), new FollowerStatus("gamma", 1000, null),
                new FollowerStatus("not in the map yet", 0, TimeSpan.Zero),
            ],
        };
        ReplicationReport report = ReplicationReports.Of(status, FakeCluster.Of(7, ClusterState.Ok, FakeCluster.Nodes()));
        ReplicationReport expected = FakeReplication.Report();
        Assert.Equal(expected.Followers, report.Followers);
        Assert.Equal(expected with { Followers = [] }, report with { Followers = [] });
    }
}
