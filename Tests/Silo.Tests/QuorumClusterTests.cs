using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>Three processes, <c>--cluster quorum</c>: one cluster through each of their ports.</summary>
[Collection(ProcessCollection.Name)]
public sealed class QuorumClusterTests(QuorumCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [ToolFact("redis-cli", "--version")]
    public void ManyKeys_WrittenThroughEachNode_AreReadThroughAll() => ClusterChecks.KeysAreTheSameThroughAllNodes(cluster.Nodes);

    [Fact]
    public void OneKey_WrittenThroughOneNode_IsReadThroughAnother() => ClusterChecks.SingleKeysGoThroughAnyNode(cluster.Nodes);

    [Fact]
    public void Key_OfAnyNode_IsDescribedAlikeByAll() => ClusterChecks.KeysAreDescribedAlikeThroughAllNodes(cluster.Nodes);

    [Fact]
    public async Task ClientDurability_IsKeptByTheNodeOfTheKey() =>
        await ClusterChecks.DurabilityOfAConnectionGoesWithItsCommands(cluster.Nodes);

    [Fact]
    public async Task WaitAof_AnswersWhenAllNodesHaveFlushed_AndZeroWithOneDown()
    {
        await ClusterChecks.WaitAofFlushesAllNodes(cluster.Nodes);
        SiloProcess gone = cluster.Nodes[2];
        gone.Kill();
        try
        {
            using RespClient client = cluster.Nodes[0].Connect();
            Assert.Equal("[:0, :0]", client.Call("WAITAOF", "1", "0", "500"));
        }
        finally
        {
            cluster.Start(gone);
        }

        await ClusterState.AwaitSettled(cluster.Nodes);
        Assert.Equal("[:1, :0]", cluster.Nodes[0].Call("WAITAOF", "1", "0", "0"));
    }

    [ToolFact("redis-cli", "--version")]
    public void Transaction_InOneShard_RunsAndOverTwo_IsRefused() => ClusterChecks.TransactionsRunInOneShard(cluster.Nodes);

    [Fact]
    public void Batch_OverManyShards_AnswersEachLineInOrder() => ClusterChecks.BatchLinesAnswerOneByOne(cluster.Nodes);

    [Fact]
    public void Exec_WatchedKeyChangedThroughAnotherNode_DoesNotRun() =>
        ClusterChecks.WatchedKeyThatChangesThroughAnotherNodeLoses(cluster.Nodes);

    [ToolFact("redis-cli", "--version")]
    public void Publish_OnOneNode_ReachesSubscribersOfAll() => ClusterChecks.MessagesReachSubscribersOfAllNodes(cluster.Nodes);

    [Fact]
    public Task ClusterSlotsAndNodes_OnAllNodes_AreTheSame() => ClusterChecks.NodesAgreeOnTheCluster(cluster.Nodes);

    [ToolFact("node", "--input-type=module", "--eval", "await import('ioredis')")]
    public void IoRedisCluster() => Assert.Equal("ok", Tool.Run("node", null, "ioredis_cluster.mjs", Port).Trim());

    [ToolFact("/usr/bin/python3", "-c", "from redis.cluster import RedisCluster")]
    public void RedisPyCluster() => Assert.Equal("ok", Tool.Run("/usr/bin/python3", null, "redis_py_cluster.py", Port).Trim());

    [ToolFact("node", "--input-type=module", "--eval", "await import('redis')")]
    public void NodeRedisCluster() => Assert.Equal("ok", Tool.Run("node", null, "node_redis_cluster.mjs", Port).Trim());

    [ToolFact("redis-cli", "--version")]
    public async Task RedisCliCluster_InfoCheckAndCall_CountEachKeyOnce()
    {
        await ClusterState.AwaitSettled(cluster.Nodes);
        foreach (SiloProcess node in cluster.Nodes) await ClusterState.AwaitWhole(node);
        string at = "127.0.0.1:" + Port;
        Tool.Run("redis-cli", null, "--cluster", "call", at, "flushall");
        using (RespClient client = cluster.Nodes[1].Connect())
        {
            for (int i = 0; i < 300; i++) Assert.Equal("OK", client.Call("SET", string.Create(CultureInfo.InvariantCulture, $"k{i}"), "x"));
        }

        Assert.Contains("[OK] 300 keys in 3 masters.", Tool.Run("redis-cli", null, "--cluster", "info", at), StringComparison.Ordinal);
        string check = Tool.Run("redis-cli", null, "--cluster", "check", at);
        Assert.Contains("[OK] 300 keys in 3 masters.", check, StringComparison.Ordinal);
        Assert.Contains("[OK] All nodes agree about slots configuration.", check, StringComparison.Ordinal);
        Assert.Contains("[OK] All 16384 slots covered.", check, StringComparison.Ordinal);
        string[] sizes = [.. Tool.Run("redis-cli", null, "--cluster", "call", at, "dbsize").Split('\n').Where(l =>
            l.StartsWith("127.0.0.1:", StringComparison.Ordinal))];
        Assert.Equal(300, sizes.Sum(l => int.Parse(l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)));
    }

    // 32 shards of a ring that scatters slots made 77 KB of it, which each client reads at each connection.
    [Fact]
    public async Task ClusterNodesAndSlots_OfThreeNodes_AreShort()
    {
        await ClusterState.AwaitSettled(cluster.Nodes);
        Assert.InRange(cluster.Nodes[0].Call("CLUSTER", "NODES")!.Length, 1, 4_000);
        Assert.InRange(cluster.Nodes[0].Call("CLUSTER", "SLOTS")!.Length, 1, 40_000);
    }

    private string Port => cluster.Nodes[0].Port.ToString(CultureInfo.InvariantCulture);
}
