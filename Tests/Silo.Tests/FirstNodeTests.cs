using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// No node is one that must not die, the first as little as another: what the cluster decides is decided by those that are left. A
/// cluster of its own, which gets a fourth node.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class FirstNodeTests(ITestOutputHelper output) : IDisposable
{
    private const int Sigterm = 15;

    private readonly QuorumCluster _cluster = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _cluster.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task KilledFirstNode_OthersGoOn_ANodeJoinsThroughThem_AndTheFirstComesBack()
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
        }

        using var fourth = new SiloProcess("node4", _folder.File("node4"));
        fourth.Start("--join", $"127.0.0.1:{others[0].SiloPort}");
        foreach (SiloProcess node in others) node.AwaitPrinted("Node node4 has joined");
        foreach (string key in living) Assert.Equal(key + "+", fourth.Call("GET", key));

        first.Start(); // it needs to be told nothing
        SiloProcess[] all = [.. _cluster.Nodes, fourth];
        await ClusterState.AwaitSettled(all);
        foreach (SiloProcess node in all)
        {
            foreach (string key in keys) Assert.Equal(living.Contains(key) ? key + "+" : key, node.Call("GET", key));
        }

        Assert.All(all, n => Assert.DoesNotContain(" error: ", n.Printed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllNodesKilled_TwoOfThreeAreStarted_ServeWhatTheyHave_AndTheThirdComesBackWithTheRest()
    {
        int[] owners = ClusterState.Owners(_cluster.Nodes[0]);
        string[] keys = [.. _cluster.Nodes.SelectMany(n => ClusterState.KeysAt(owners, n, "all").Take(20))];
        foreach (string key in keys) Assert.Equal("OK", _cluster.Nodes[0].Call("SET", key, key));
        foreach (SiloProcess node in _cluster.Nodes) node.Kill();

        SiloProcess[] two = [_cluster.Nodes[1], _cluster.Nodes[2]];
        foreach (SiloProcess node in two) node.Launch(); // one alone would wait for a majority
        foreach (SiloProcess node in two) node.AwaitReady();
        foreach (SiloProcess node in two)
        {
            foreach (string key in keys.Where(k => owners[ClusterState.SlotOf(k)] != _cluster.Nodes[0].Port))
                await Poll.UntilAsync($"{node.NodeId} to serve {key}", () => node.Call("GET", key) == key);
        }

        _cluster.Nodes[0].Start();
        await ClusterState.AwaitSettled(_cluster.Nodes);
        foreach (SiloProcess node in _cluster.Nodes)
        {
            foreach (string key in keys) Assert.Equal(key, node.Call("GET", key));
        }
    }

    /// <summary>
    /// Each finds a majority when it begins to leave, and none soon after: one waited for two minutes to tell nobody that it stops.
    /// </summary>
    [Fact]
    public async Task AllNodesStoppedAtOnce_End()
    {
        foreach (SiloProcess node in _cluster.Nodes) node.Signal(Sigterm);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // it takes seconds; without a majority, minutes
        foreach (SiloProcess node in _cluster.Nodes) Assert.Equal(0, await Task.Run(node.WaitForExit).WaitAsync(patience.Token));
        Assert.All(_cluster.Nodes, n => Assert.DoesNotContain(" error: ", n.Printed, StringComparison.Ordinal));
        _cluster.StartAll();
        await ClusterState.AwaitSettled(_cluster.Nodes);
    }
}
