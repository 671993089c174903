using OrleansKv.Gateway.Commands.Cluster;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>
/// What Redis' clients are shown of replicas (<see cref="FakeReplication"/>). Entries and lines have the form of redis-server 7.0.15, where
/// no node is master and replica at once. For reading, <c>|</c> stands for CR LF and ids are alpha's, beta's and gamma's.
/// </summary>
public sealed class ReplicaCommandTests
{
    private readonly TestGateway _gateway = new();
    private readonly FakeCluster _cluster = new() { Snapshot = FakeReplication.Cluster() };

    public ReplicaCommandTests() => _gateway.Host.Cluster = _cluster;

    [Fact]
    public void Slots_Replicas_StandBehindTheirLeader() => Assert.Equal(
        Wire($"*5|*3|:0|:0|{A}*3|:200|:200|{B}*5|:1|:99|{A}{B}{C}*5|:100|:199|{A}{C}{B}*4|:201|:16383|{B}{C}"),
        _gateway.Connect().Do("cluster slots"));

    [Fact]
    public void Slots_DeadReplica_IsLeftOut_AndRangesThatDoNotDifferAnyMoreAreOne()
    {
        _cluster.Snapshot = FakeReplication.Cluster(dead: 1);
        Assert.Equal(Wire($"*4|*3|:0|:0|{A}*3|:200|:200|{B}*4|:1|:199|{A}{C}*4|:201|:16383|{B}{C}"),
            _gateway.Connect().Do("cluster slots"));
        _cluster.Snapshot = FakeReplication.Cluster(1, 2);
        Assert.Equal(Wire($"*2|*3|:0|:199|{A}*3|:200|:16383|{B}"), _gateway.Connect().Do("cluster slots"));
    }

    // redis-py keeps a node as what it meets it as first, and sends FLUSHALL to primaries alone.
    [Fact]
    public void Slots_EveryLeader_IsMetAsAMasterFirst()
    {
        IReadOnlyList<ClusterSlotRange> entries = ClusterSlotEntries.Of(FakeReplication.Cluster());
        foreach (int leader in entries.Select(e => e.Node).Distinct())
            Assert.Equal(leader, entries.First(e => e.Node == leader || e.Replicas.Contains(leader)).Node);
        Assert.Equal(Enumerable.Range(0, 16384), entries.SelectMany(e => Enumerable.Range(e.First.Value, e.Count)).Order());
    }

    [Fact]
    public void Shards_LeaderWithReplicas_IsAnEntry_AndSoIsANodeThatLeadsNothing() => Assert.Equal(
        Wire("*4|"
            + $"*4|$5|slots|*2|:0|:99|$5|nodes|*3|{Node("alpha", 17977, "$6|master")}{Node("beta", 17978, "$7|replica")}"
            + Node("gamma", 17979, "$7|replica")
            + $"*4|$5|slots|*2|:100|:199|$5|nodes|*3|{Node("alpha", 17977, "$6|master")}{Node("gamma", 17979, "$7|replica")}"
            + Node("beta", 17978, "$7|replica")
            + $"*4|$5|slots|*2|:200|:16383|$5|nodes|*2|{Node("beta", 17978, "$6|master")}{Node("gamma", 17979, "$7|replica")}"
            + $"*4|$5|slots|*0|$5|nodes|*1|{Node("gamma", 17979, "$6|master")}"),
        _gateway.Connect().Do("cluster shards"));

    [Fact]
    public void Shards_DeadReplica_IsThereAndFailed()
    {
        _cluster.Snapshot = FakeReplication.Cluster(dead: 2);
        Assert.Contains(Wire(Node("gamma", 17979, "$7|replica", "$4|fail")), _gateway.Connect().Do("cluster shards"));
    }

    [Fact]
    public void Nodes_AreMastersWithTheSlotsThatTheyLead() => Assert.EndsWith(
        Wire("alpha 127.0.0.1:17977@27977 myself,master - 0 0 7 connected 0-199\n"
            + "beta 127.0.0.1:17978@27978 master - 0 0 7 connected 200-16383\n"
            + "gamma 127.0.0.1:17979@27979 master - 0 0 7 connected\n|"), _gateway.Connect().Do("cluster nodes"));

    [Theory]
    [InlineData("replicas", "alpha", "beta 127.0.0.1:17978@27978 slave alpha 0 0 7 connected",
        "gamma 127.0.0.1:17979@27979 slave,fail alpha 0 0 7 disconnected")]
    [InlineData("slaves", "beta", "gamma 127.0.0.1:17979@27979 slave,fail beta 0 0 7 disconnected")]
    [InlineData("replicas", "gamma")]
    public void Replicas_OfANode_AreThoseWhoFollowItsShards(string command, string of, params string[] lines)
    {
        _cluster.Snapshot = FakeReplication.Cluster(dead: 2);
        string bulks = string.Concat(lines.Select(Wire).Select(l => $"${l.Length}\r\n{l}\r\n"));
        Assert.Equal($"*{lines.Length}\r\n{bulks}", _gateway.Connect().Do($"cluster {command} {Wire(of)}"));
    }

    [Fact]
    public void Role_NamesTheFollowers()
    {
        SessionDriver client = _gateway.Connect();
        _gateway.Host.Replication = FakeReplication.Report();
        Assert.Equal(Wire("*3|$6|master|:1000|*2|*3|$9|127.0.0.1|$5|17978|$3|970|*3|$9|127.0.0.1|$5|17979|$1|0|"), client.Do("role"));
        _gateway.Host.Replication = null;
        Assert.Equal(Wire("*3|$6|master|:0|*0|"), client.Do("role"));
    }

    [Fact]
    public void InfoReplication_ShowsFollowersAsSlaves_AndWhatRedisHasNoNameFor()
    {
        _gateway.Host.Replication = FakeReplication.Report();
        string[] lines = _gateway.Connect().Do("info replication").Split("\r\n");
        Assert.Equal(
            ["# Replication", "role:master", "connected_slaves:2", "slave0:ip=127.0.0.1,port=17978,state=online,offset=970,lag=1",
                "slave1:ip=127.0.0.1,port=17979,state=wait_bgsave,offset=0,lag=0", "master_failover_state:no-failover"],
            lines[1..7]);
        Assert.Contains("master_repl_offset:1000", lines);
        Assert.Equal(
            ["replicas:3", "write_quorum:2", "read_quorum:2", "led_shards:4", "followed_shards:5", "shards_without_write_quorum:1",
                "replica_lag_max_records:20", "replica_copies_running:2", "follower_reads:7",
                "replica_digests_same:8", "replica_digests_diverged:2", "shards_stopped:1", ""], lines[^14..^1]);
    }

    [Fact]
    public void InfoReplication_WithoutReplicas_IsRedisOwn() => Assert.EndsWith(
        "second_repl_offset:-1\r\nrepl_backlog_active:0\r\nrepl_backlog_size:1048576\r\nrepl_backlog_first_byte_offset:0\r\n"
        + "repl_backlog_histlen:0\r\n\r\n", _gateway.Connect().Do("info replication"));

    private static string A => "*4|$9|127.0.0.1|:17977|$40|alpha|*0|";

    private static string B => "*4|$9|127.0.0.1|:17978|$40|beta|*0|";

    private static string C => "*4|$9|127.0.0.1|:17979|$40|gamma|*0|";

    private static string Node(string id, int port, string role, string health = "$6|online") =>
        $"*14|$2|id|$40|{id}|$4|port|:{port}|$2|ip|$9|127.0.0.1|$8|endpoint|$9|127.0.0.1|$4|role|{role}|$18|replication-offset|:0|"
        + $"$6|health|{health}|";

    private static string Wire(string text) =>
        text.Replace("|", "\r\n").Replace("alpha", FakeCluster.Alpha).Replace("beta", FakeCluster.Beta).Replace("gamma", FakeCluster.Gamma);
}
