using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>Three processes, <c>--cluster postgres</c>: the same as with quorum, and a database that dies and comes back.</summary>
public sealed class PostgresModeTests(PostgresNodes cluster) : IClassFixture<PostgresNodes>
{
    [PostgresFact]
    public void ManyKeys_WrittenThroughEachNode_AreReadThroughAll() => ClusterChecks.KeysAreTheSameThroughAllNodes(cluster.Nodes);

    [PostgresFact]
    public void OneKey_WrittenThroughOneNode_IsReadThroughAnother() => ClusterChecks.SingleKeysGoThroughAnyNode(cluster.Nodes);

    [PostgresFact]
    public void Transaction_InOneShard_RunsAndOverTwo_IsRefused() => ClusterChecks.TransactionsRunInOneShard(cluster.Nodes);

    [PostgresFact]
    public void Batch_OverManyShards_AnswersEachLineInOrder() => ClusterChecks.BatchLinesAnswerOneByOne(cluster.Nodes);

    [PostgresFact]
    public void Exec_WatchedKeyChangedThroughAnotherNode_DoesNotRun() =>
        ClusterChecks.WatchedKeyThatChangesThroughAnotherNodeLoses(cluster.Nodes);

    [PostgresFact]
    public void Publish_OnOneNode_ReachesSubscribersOfAll() => ClusterChecks.MessagesReachSubscribersOfAllNodes(cluster.Nodes);

    [PostgresFact]
    public Task ClusterSlotsAndNodes_OnAllNodes_AreTheSame() => ClusterChecks.NodesAgreeOnTheCluster(cluster.Nodes);

    [PostgresFact]
    public async Task DatabaseStopped_NodesGoOnServing_AndAFourthWaitsUntilItIsBack()
    {
        SiloProcess[] running = [.. cluster.Nodes];
        await ClusterState.AwaitSettled(running);
        foreach (SiloProcess node in running) Assert.Equal("OK", node.Call("SET", "before", node.NodeId));
        cluster.Instance.Stop();
        SiloProcess fourth;
        try
        {
            fourth = cluster.Add().Launch(cluster.Flags);
            fourth.AwaitPrinted("waiting for it");
            foreach (SiloProcess node in running) node.AwaitPrinted("is not reachable (");
            // Longer than a silo is allowed to miss its table's answers, because the fourth needs some seconds to say that it waits.
            ClusterChecks.SingleKeysGoThroughAnyNode(running);
            ClusterChecks.WatchedKeyThatChangesThroughAnotherNodeLoses(running);
            Assert.All(running, node => Assert.True(node.Runs));
        }
        finally
        {
            cluster.Instance.Start();
        }

        foreach (SiloProcess node in running) node.AwaitPrinted("is reachable again, after ");
        await ClusterState.AwaitSettled(cluster.Nodes);
        foreach (SiloProcess node in cluster.Nodes) Assert.Equal(running[^1].NodeId, node.Call("GET", "before"));
        ClusterChecks.KeysAreTheSameThroughAllNodes(cluster.Nodes);
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain(PostgresInstance.Password, node.Printed, StringComparison.Ordinal));
    }
}
