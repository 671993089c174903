using System.Net;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>
/// Replies recorded from three redis-server 7.0.15 --cluster-enabled yes, byte for byte but for node ids, times and epochs. For reading,
/// <c>|</c> stands for CR LF here and ids are alpha's, beta's and gamma's.
/// </summary>
public sealed class ClusterCommandTests
{
    private readonly TestGateway _gateway = new();
    private readonly FakeCluster _cluster = new();

    public ClusterCommandTests() => _gateway.Host.Cluster = _cluster;

    [Theory]
    [InlineData(2, "*0")]
    [InlineData(3, "%0")]
    public void Slots_ThreeNodes_AreRanges(int protocol, string metadata) => AssertReply(protocol, "cluster slots",
        "*4|"
        + $"*3|:0|:99|*4|$9|127.0.0.1|:17977|$40|alpha|{metadata}|"
        + $"*3|:100|:4999|*4|$9|127.0.0.1|:17978|$40|beta|{metadata}|"
        + $"*3|:5000|:7999|*4|$9|127.0.0.1|:17977|$40|alpha|{metadata}|"
        + $"*3|:8000|:16383|*4|$9|127.0.0.1|:17979|$40|gamma|{metadata}|");

    [Theory]
    [InlineData(2, "*4", "*14")]
    [InlineData(3, "%2", "%7")]
    public void Shards_ThreeNodes_AreMaps(int protocol, string shard, string node) => AssertReply(protocol, "cluster shards",
        "*3|"
        + $"{shard}|$5|slots|*4|:0|:99|:5000|:7999|$5|nodes|*1|{Node("alpha", 17977)}"
        + $"{shard}|$5|slots|*2|:100|:4999|$5|nodes|*1|{Node("beta", 17978)}"
        + $"{shard}|$5|slots|*2|:8000|:16383|$5|nodes|*1|{Node("gamma", 17979)}", ("NODE", node));

    [Fact]
    public void Shards_NodesOfEveryKind_ShowTheirPortsAndHealth()
    {
        ClusterNode[] nodes =
        [
            new("alpha", "10.0.0.1", 6379) { TlsPort = 6380 },
            new("beta", "b.example", 0) { TlsPort = 6380, IsAlive = false },
            new("gamma", "10.0.0.3", 6379),
        ];
        _cluster.Snapshot = new ClusterSnapshot(
            1, 0, nodes, [FakeCluster.Range(0, 0, 1), FakeCluster.Range(1, 16383, 2)], ClusterState.Fail);
        AssertReply(3, "cluster shards",
            "*3|"
            + "%2|$5|slots|*0|$5|nodes|*1|%8|$2|id|$40|alpha|$4|port|:6379|$8|tls-port|:6380|$2|ip|$8|10.0.0.1|$8|endpoint|$8|10.0.0.1|"
            + "$4|role|$6|master|$18|replication-offset|:0|$6|health|$6|online|"
            + "%2|$5|slots|*2|:0|:0|$5|nodes|*1|%7|$2|id|$40|beta|$8|tls-port|:6380|$2|ip|$9|b.example|$8|endpoint|$9|b.example|"
            + "$4|role|$6|master|$18|replication-offset|:0|$6|health|$4|fail|"
            + "%2|$5|slots|*2|:1|:16383|$5|nodes|*1|%7|$2|id|$40|gamma|$4|port|:6379|$2|ip|$8|10.0.0.3|$8|endpoint|$8|10.0.0.3|"
            + "$4|role|$6|master|$18|replication-offset|:0|$6|health|$6|online|");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Nodes_ThreeNodes_AreLines(int protocol) => AssertText(protocol, "cluster nodes",
        "alpha 127.0.0.1:17977@27977 myself,master - 0 0 7 connected 0-99 5000-7999\n"
        + "beta 127.0.0.1:17978@27978 master - 0 0 7 connected 100-4999\n"
        + "gamma 127.0.0.1:17979@27979 master - 0 0 7 connected 8000-16383\n");

    [Fact]
    public void Nodes_DeadNodeSingleSlotAndNoSlots_AreShownAsRedisDoes()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[1] = nodes[1] with { IsAlive = false };
        _cluster.Snapshot = new ClusterSnapshot(8, 0, nodes, [FakeCluster.Range(5, 5, 1), FakeCluster.Range(7, 8, 1)], ClusterState.Fail);
        AssertText(2, "cluster nodes",
            "alpha 127.0.0.1:17977@27977 myself,master - 0 0 8 connected\n"
            + "beta 127.0.0.1:17978@27978 master,fail - 0 0 8 disconnected 5 7-8\n"
            + "gamma 127.0.0.1:17979@27979 master - 0 0 8 connected\n");
    }

    [Theory]
    [InlineData(17977, 6379)]
    [InlineData(6380, 6380)]
    public void SlotsAndNodes_ClientInPlainOrTls_GetsPortsOfItsKind(int local, int expected)
    {
        ClusterNode[] nodes = [new("alpha", "h", 6379) { TlsPort = 6380 }, new("beta", "i", 0) { TlsPort = 7000 }];
        _cluster.Snapshot = new ClusterSnapshot(1, 0, nodes, [FakeCluster.Range(0, 16383, 0)], ClusterState.Ok);
        SessionDriver client = _gateway.Connect();
        ((FakeConnection)client.Session.Connection).Local = new IPEndPoint(IPAddress.Loopback, local);
        Assert.Equal(Wire($"*1|*3|:0|:16383|*4|$1|h|:{expected}|$40|alpha|*0|"), client.Do("cluster slots"));
        Assert.Contains(Wire($"alpha h:{expected}@0 "), client.Do("cluster nodes"));
        Assert.Contains(Wire("beta i:7000@0 "), client.Do("cluster nodes")); // it has no other
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Info_AllAliveOrOneDead_CountsSlots(int protocol, bool alive)
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[1] = nodes[1] with { IsAlive = alive };
        _cluster.Snapshot = FakeCluster.Of(9, alive ? ClusterState.Ok : ClusterState.Fail, nodes);
        AssertText(protocol, "cluster info",
            $"cluster_state:{(alive ? "ok" : "fail")}|cluster_slots_assigned:16384|cluster_slots_ok:{(alive ? 16384 : 11484)}|"
            + $"cluster_slots_pfail:0|"
            + $"cluster_slots_fail:{(alive ? 0 : 4900)}|cluster_known_nodes:3|cluster_size:3|cluster_current_epoch:9|cluster_my_epoch:9|"
            + "cluster_stats_messages_sent:0|cluster_stats_messages_received:0|total_cluster_links_buffer_limit_exceeded:0|");
    }

    // A state never looks better than it is: what is suspected, and what a living node cannot serve, is not ok.
    [Fact]
    public void InfoNodesAndShards_SuspectNodeAndUnservedShard_AreNotOk()
    {
        ClusterNode[] nodes = FakeCluster.Nodes();
        nodes[1] = nodes[1] with { IsAnswering = false };
        _cluster.Snapshot = new ClusterSnapshot(9, 0, nodes, FakeCluster.Of(9, ClusterState.Fail, nodes).Ranges,
            ClusterState.Fail) { UnservedSlots = 100 };
        SessionDriver client = _gateway.Connect();
        string info = client.Do("cluster info");
        Assert.Contains("cluster_state:fail\r\ncluster_slots_assigned:16384\r\n", info);
        Assert.Contains("cluster_slots_ok:11384\r\ncluster_slots_pfail:4900\r\ncluster_slots_fail:100\r\n", info);
        Assert.Contains(" master,fail? - 0 0 9 disconnected 100-4999\n", client.Do("cluster nodes"));
        Assert.Contains(Wire("$6|health|$4|fail|"), client.Do("cluster shards"));
        nodes[1] = nodes[1] with { Condition = "joining" };
        _cluster.Snapshot = FakeCluster.Of(9, ClusterState.Fail, nodes);
        Assert.Contains(Wire("$6|health|$7|loading|"), client.Do("cluster shards"));
    }

    [Theory]
    [InlineData(true, true, "failed", "failed")]
    [InlineData(true, false, "joining", "joining")]
    [InlineData(true, false, "ready", "unreachable")]
    [InlineData(false, false, "ready", "down")]
    [InlineData(false, true, "ready", "down")]
    public void NodeState_IsOneWord_WhoeverIsAsked(bool alive, bool answering, string condition, string expected) =>
        Assert.Equal(expected, (FakeCluster.Nodes()[0] with { IsAlive = alive, IsAnswering = answering, Condition = condition }).State);

    [Theory]
    [InlineData("client scope cluster", "+OK|", true)]
    [InlineData("client scope NODE", "+OK|", false)]
    [InlineData("client scope default", "+OK|", false)]
    [InlineData("client scope all", "-ERR scope must be NODE, CLUSTER or DEFAULT|", false)]
    public void ClientScope_IsTheConnectionsOwn(string line, string reply, bool all)
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.Equal(Wire(reply), client.Do(line));
        Assert.Equal((all, false), (client.Session.AnswersForCluster, other.Session.AnswersForCluster));
        _gateway.Host.Cluster = null; // alone, a process has all keys, and the tips of its commands stay Redis'
        Assert.False(client.Session.AnswersForCluster);
    }

    [Theory]
    [InlineData("cluster myid", "$40|alpha|")]
    [InlineData("CLUSTER MYID", "$40|alpha|")]
    [InlineData("cluster keyslot a", ":15495|")]
    [InlineData("cluster keyslot {a}b", ":15495|")]
    [InlineData("cluster countkeysinslot 15495", ":2|")]
    [InlineData("cluster countkeysinslot 0", ":0|")]
    [InlineData("cluster countkeysinslot -1", "-ERR Invalid slot|")]
    [InlineData("cluster countkeysinslot 16384", "-ERR Invalid slot|")]
    [InlineData("cluster countkeysinslot x", "-ERR value is not an integer or out of range|")]
    [InlineData("cluster getkeysinslot 15495 10", "*2|$4|k{a}|$1|a|")]
    [InlineData("cluster getkeysinslot 15495 1", "*1|$4|k{a}|")]
    [InlineData("cluster getkeysinslot 15495 9223372036854775807", "*2|$4|k{a}|$1|a|")]
    [InlineData("cluster getkeysinslot 15495 0", "*0|")]
    [InlineData("cluster getkeysinslot 1 10", "*0|")]
    [InlineData("cluster getkeysinslot 1 -1", "-ERR Invalid slot or number of keys|")]
    [InlineData("cluster getkeysinslot 16384 -1", "-ERR Invalid slot or number of keys|")]
    [InlineData("cluster getkeysinslot x -1", "-ERR value is not an integer or out of range|")]
    [InlineData("cluster getkeysinslot 1 x", "-ERR value is not an integer or out of range|")]
    [InlineData("cluster replicas x", "-ERR Unknown node x|")]
    [InlineData("cluster replicas " + FakeCluster.Beta, "*0|")]
    [InlineData("cluster slaves " + FakeCluster.Alpha, "*0|")]
    [InlineData("cluster", "-ERR wrong number of arguments for 'cluster' command|")]
    [InlineData("cluster foo", "-ERR unknown subcommand 'foo'. Try CLUSTER HELP.|")]
    [InlineData("cluster slots x", "-ERR wrong number of arguments for 'cluster|slots' command|")]
    [InlineData("cluster nodes a", "-ERR wrong number of arguments for 'cluster|nodes' command|")]
    [InlineData("cluster keyslot", "-ERR wrong number of arguments for 'cluster|keyslot' command|")]
    [InlineData("cluster getkeysinslot 1", "-ERR wrong number of arguments for 'cluster|getkeysinslot' command|")]
    [InlineData("readonly", "+OK|")]
    [InlineData("readwrite", "+OK|")]
    [InlineData("asking", "+OK|")]
    [InlineData("asking x", "-ERR wrong number of arguments for 'asking' command|")]
    [InlineData("select 0", "+OK|")]
    [InlineData("select 1", "-ERR SELECT is not allowed in cluster mode|")]
    [InlineData("swapdb 0 1", "-ERR SWAPDB is not allowed in cluster mode|")]
    [InlineData("move a 1", "-ERR MOVE is not allowed in cluster mode|")]
    public void Do_ShortCommand_RepliesAsRedis(string line, string expected)
    {
        _cluster.Keys[15495] = ["k{a}", "a"];
        // Subcommand names have a bar of their own.
        Assert.Equal(expected.Contains('\'') ? expected[..^1] + "\r\n" : Wire(expected), _gateway.Connect().Do(line));
        Assert.Empty(_gateway.Faults);
    }

    [Fact]
    public void Readonly_IsTheConnections_UntilReadwriteOrReset()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.False(client.Session.ReadsFollowers);
        foreach (string end in (string[])["readwrite", "reset"])
        {
            client.Do("readonly");
            Assert.True(client.Session.ReadsFollowers);
            Assert.False(other.Session.ReadsFollowers);
            Assert.Contains(" flags=r ", client.Do("client info"));
            client.Do(end);
            Assert.False(client.Session.ReadsFollowers);
            Assert.Contains(" flags=N ", client.Do("client info"));
        }
    }

    [Fact]
    public void GetKeysInSlot_KeysOfAnyBytes_AreKept()
    {
        _cluster.Keys[1] = ["a\r\n\0\u00ff"];
        Assert.Equal("*1\r\n$5\r\na\r\n\0\u00ff\r\n", _gateway.Connect().Do("cluster getkeysinslot 1 9"));
    }

    [Fact]
    public void Exec_QueuedClusterCommands_RunInOrder()
    {
        string replies = _gateway.Connect().Send("multi\r\ncluster keyslot a\r\ncluster myid\r\nexec\r\n");
        Assert.Equal(Wire("+OK|+QUEUED|+QUEUED|*2|:15495|$40|alpha|"), replies);
    }

    [Theory]
    [InlineData("addslots 1")]
    [InlineData("addslotsrange 1 2")]
    [InlineData("bumpepoch")]
    [InlineData("count-failure-reports x")]
    [InlineData("links")]
    [InlineData("meet 127.0.0.1 1")]
    [InlineData("reset")]
    [InlineData("setslot 1 STABLE")]
    public void Do_WhatTheMapDecides_IsRefusedByName(string call) => Assert.Equal(
        $"-ERR CLUSTER {call.Split(' ')[0]} is not supported: this cluster manages its nodes and slots itself, see NODES and REBALANCE\r\n",
        _gateway.Connect().Do("cluster " + call));

    [Fact]
    public void Failover_AsksTheClusterToLeadHere_OrSaysWhyNot()
    {
        SessionDriver client = _gateway.Connect();
        foreach (string call in (string[])["", " force", " reset"]) Assert.Equal("+OK\r\n", client.Do("cluster failover" + call));
        Assert.Equal([true, true, false], _cluster.Preferred);
        Assert.StartsWith("-ERR CLUSTER FAILOVER TAKEOVER is not supported: ", client.Do("cluster failover takeover"));
        Assert.Equal("-ERR syntax error\r\n", client.Do("cluster failover now"));
        Assert.Equal("-ERR syntax error\r\n", client.Do("cluster failover force now"));
        Assert.Equal(3, _cluster.Preferred.Count);
        _cluster.PreferProblem = "there is one copy of each shard";
        Assert.Equal("-ERR there is one copy of each shard\r\n", client.Do("cluster failover"));
    }

    [Fact]
    public void Help_WithACluster_ListsWhatIsServed()
    {
        string text = _gateway.Connect().Do("cluster help");
        Assert.StartsWith(Wire("*25|+CLUSTER <subcommand> [<arg> [value] [opt] ...]. Subcommands are:|+COUNTKEYSINSLOT <slot>|+    "
            + "Return the number of keys in <slot>.|"), text);
        Assert.EndsWith(Wire("+HELP|+    Prints this help.|"), text);
        Assert.Equal(text.Length, RespReader.Skip(text, 0));
    }

    // As Redis: no key to route by, so a string.
    [Fact]
    public void CommandDocs_KeySlot_TakesAString() => Assert.EndsWith(
        Wire("$9|arguments|*1|*4|$4|name|$3|key|$4|type|$6|string|"), _gateway.Connect().Call("command", "docs", "cluster|keyslot"));

    [Fact]
    public void HelloAndInfo_WithACluster_SayIt()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Contains(Wire("$4|mode|$7|cluster|"), client.Do("hello"));
        Assert.Contains("\r\nredis_mode:cluster\r\n", client.Do("info server"));
        Assert.Contains("# Cluster\r\ncluster_enabled:1\r\n", client.Do("info cluster"));
    }

    [Fact]
    public void HelloAndInfo_WithoutACluster_AreStandalone()
    {
        _gateway.Host.Cluster = null;
        SessionDriver client = _gateway.Connect();
        Assert.Contains(Wire("$4|mode|$10|standalone|"), client.Do("hello"));
        Assert.Contains("\r\nredis_mode:standalone\r\n", client.Do("info server"));
        Assert.Contains("# Cluster\r\ncluster_enabled:0\r\n", client.Do("info cluster"));
        Assert.Equal("-ERR DB index is out of range\r\n", client.Do("select 1"));
    }

    // Every subcommand of Redis 7.0.15, called with as many words as it takes.
    [Theory]
    [InlineData("readonly")]
    [InlineData("readwrite")]
    [InlineData("asking")]
    [InlineData("cluster addslots 1")]
    [InlineData("cluster addslotsrange 1 2")]
    [InlineData("cluster bumpepoch")]
    [InlineData("cluster count-failure-reports x")]
    [InlineData("cluster countkeysinslot x")]
    [InlineData("cluster delslots 1")]
    [InlineData("cluster delslotsrange 1 2")]
    [InlineData("cluster failover")]
    [InlineData("cluster flushslots")]
    [InlineData("cluster forget x")]
    [InlineData("cluster getkeysinslot x y")]
    [InlineData("cluster help")]
    [InlineData("cluster info")]
    [InlineData("cluster keyslot a")]
    [InlineData("cluster links")]
    [InlineData("cluster meet a b")]
    [InlineData("cluster myid")]
    [InlineData("cluster nodes")]
    [InlineData("cluster replicas x")]
    [InlineData("cluster replicate x")]
    [InlineData("cluster reset")]
    [InlineData("cluster saveconfig")]
    [InlineData("cluster set-config-epoch 1")]
    [InlineData("cluster setslot 1 STABLE")]
    [InlineData("cluster shards")]
    [InlineData("cluster slaves x")]
    [InlineData("cluster slots")]
    public void Do_WithoutACluster_SaysThatItIsDisabled(string line)
    {
        _gateway.Host.Cluster = null;
        Assert.Equal("-ERR This instance has cluster support disabled\r\n", _gateway.Connect().Do(line));
    }

    private static string Node(string id, int port) =>
        $"NODE|$2|id|$40|{id}|$4|port|:{port}|$2|ip|$9|127.0.0.1|$8|endpoint|$9|127.0.0.1|$4|role|$6|master|$18|replication-offset|:0|"
        + $"$6|health|$6|online|";

    private static string Wire(string text) =>
        text.Replace("|", "\r\n").Replace("alpha", FakeCluster.Alpha).Replace("beta", FakeCluster.Beta).Replace("gamma", FakeCluster.Gamma);

    private void AssertText(int protocol, string line, string text)
    {
        text = Wire(text);
        AssertReply(protocol, line, protocol == 3 ? $"={text.Length + 4}\r\ntxt:{text}\r\n" : $"${text.Length}\r\n{text}\r\n");
    }

    private void AssertReply(int protocol, string line, string expected, params (string From, string To)[] replace)
    {
        SessionDriver client = _gateway.Connect();
        client.Do($"hello {protocol}");
        foreach ((string from, string to) in replace) expected = expected.Replace(from, to);
        string reply = client.Do(line);
        Assert.Equal(Wire(expected), reply);
        Assert.Equal(reply.Length, RespReader.Skip(reply, 0));
        Assert.Empty(_gateway.Faults);
    }
}
