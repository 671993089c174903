using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>What a server says of its own state and of its cluster's when not all is well.</summary>
public sealed class StateTests
{
    private readonly TestGateway _gateway = new();

    // As redis-server 7.0 does while its disk refuses: who asks for a sign of life is to know.
    [Fact]
    public void Ping_WhileWritesAreRefused_SaysSo()
    {
        SessionDriver client = _gateway.Connect();
        _gateway.Host.WriteRefusal = "the disk is full";
        Assert.Equal("-MISCONF the disk is full\r\n", client.Do("ping"));
        Assert.Equal("-MISCONF the disk is full\r\n", client.Do("ping hello"));
        _gateway.Host.WriteRefusal = null;
        Assert.Equal("+PONG\r\n", client.Do("ping"));
    }

    [Fact]
    public void Info_OfANode_TellsOfAllNodes()
    {
        _gateway.Host.Cluster = new FakeCluster();
        _gateway.Host.State = HealthReport.Degraded("4900 of 16384 slots are not served: node beta is down with 1 shards");
        _gateway.Host.Report = new ClusterReport
        {
            Ok = false, Problem = _gateway.Host.State.Reason, MapVersion = 7, MapAgeSeconds = 0.2, SlotsServed = 11484,
                SlotsUnserved = 4900, ShardsUnserved = [1],
            Nodes =
            [
                new() { Node = "alpha", Address = "127.0.0.1:1", IsSelf = true, State = "ready", Up = true, Shards = [0, 2], Keys = 5,
                    Bytes = 6 },
                new() { Node = "beta", Address = "127.0.0.1:2", IsSelf = false, State = "down", Up = false, Shards = [1] },
            ],
            Moves = [new(2, "alpha", "beta")],
        };
        string info = _gateway.Connect().Do("info");
        string section = info[info.IndexOf("# Cluster", StringComparison.Ordinal)..];
        Assert.Equal(
            [
                "# Cluster", "cluster_enabled:1", "cluster_state:fail",
                "cluster_problem:4900 of 16384 slots are not served: node beta is down with 1 shards",
                "cluster_map_version:7", "cluster_slots_served:11484", "cluster_slots_unserved:4900", "cluster_shards_unserved:1",
                "cluster_moves:1", "cluster_node0:id=alpha,address=127.0.0.1:1,state=ready,shards=2,self=1,keys=5",
                "cluster_node1:id=beta,address=127.0.0.1:2,state=down,shards=1,self=0", "",
            ],
            section.Split("\r\n").Take(12));
        Assert.Contains("\r\nstate:degraded\r\nstate_reason:4900 of", info);
        Assert.Contains("\r\nloading:0\r\n", info);
    }
}
