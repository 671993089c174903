using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// The first node of a <c>--cluster dev</c> has the membership in its memory: without it the others go on, but when it is back they end,
/// and have to be started again. A cluster of its own, because it does not survive.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class FirstNodeTests(ITestOutputHelper output) : IDisposable
{
    private readonly DevCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task KilledFirstNode_OthersGoOn_EndWithOneSentenceWhenItIsBack_AndHaveAllKeysAfterAStart()
    {
        SiloProcess first = _cluster.Nodes[0];
        SiloProcess[] others = [_cluster.Nodes[1], _cluster.Nodes[2]];
        int[] owners = ClusterState.Owners(first);
        string[] keys = [.. _cluster.Nodes.SelectMany(n => ClusterState.KeysAt(owners, n, "first").Take(20))];
        foreach (string key in keys) Assert.Equal("OK", others[0].Call("SET", key, key));
        first.Kill();
        await DownKeys.Await(first, [.. keys.Where(k => owners[ClusterState.SlotOf(k)] == first.Port).Take(3)], others, output);
        string[] living = [.. keys.Where(k => owners[ClusterState.SlotOf(k)] != first.Port)];
        foreach (SiloProcess node in others)
        {
            foreach (string key in living) Assert.Equal("OK", node.Call("SET", key, key + "+"));
            node.AwaitPrinted($"The first node, {_cluster.First}, does not answer: its ");
        }

        _cluster.Start(first);
        foreach (SiloProcess node in others)
        {
            LastWords.AreOneSentence(node, "the first node, " + _cluster.First + ", was started again");
            _cluster.Start(node);
        }

        await ClusterState.AwaitSettled(_cluster.Nodes);
        foreach (SiloProcess node in _cluster.Nodes)
        {
            foreach (string key in keys) Assert.Equal(living.Contains(key) ? key + "+" : key, node.Call("GET", key));
        }
    }
}
