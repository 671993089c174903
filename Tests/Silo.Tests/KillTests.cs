using System.Diagnostics;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// kill -9 of one node of three while clients write through the others, and a node that hangs. Each test leaves all three running.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class KillTests(QuorumCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>SIGSTOP and SIGCONT of Linux.</summary>
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task KilledNode_ItsKeysAreDownOthersServed_AndNoAcknowledgedWriteIsLost()
    {
        SiloProcess first = cluster.Nodes[0], second = cluster.Nodes[1], victim = cluster.Nodes[2];
        int[] owners = ClusterState.Owners(first);
        bool IsVictims(string key) => owners[ClusterState.SlotOf(key)] == victim.Port;

        using var writer1 = new LoadWriter(first, "first");
        using var writer2 = new LoadWriter(second, "second");
        LoadWriter[] writers = [writer1, writer2];
        await Poll.UntilAsync("1000 writes to be acknowledged, 100 of them the victim's", () =>
            writers.Sum(w => w.Acknowledged.Count) >= 1000 && writers.Sum(w => w.Acknowledged.Keys.Count(IsVictims)) >= 100);

        string[] lost = [.. ClusterState.KeysAt(owners, victim, "lost").Take(3)];
        victim.Kill();
        await DownKeys.Await(victim, lost, [first, second], output);

        // Others go on being served.
        int[] before = [.. writers.Select(w => w.Acknowledged.Count)];
        await Poll.UntilAsync("both writers to go on with keys of the other nodes",
            () => writers.Zip(before).All(x => x.First.Acknowledged.Count >= x.Second + 500));
        foreach (SiloProcess node in (SiloProcess[])[first, second]) await ClusterState.AwaitTold(node, victim,
            owners.Count(o => o == victim.Port));

        long restarted = Stopwatch.GetTimestamp();
        cluster.Start(victim);
        output.WriteLine($"ready {Stopwatch.GetElapsedTime(restarted).TotalMilliseconds:F0} ms after its restart");
        foreach (SiloProcess node in cluster.Nodes)
        {
            foreach (string key in lost)
                await Poll.UntilAsync($"{node.NodeId} to serve the keys of {victim.NodeId} again", () => node.Call("GET", key) is null);
            double ms = Stopwatch.GetElapsedTime(restarted).TotalMilliseconds;
            output.WriteLine($"{node.NodeId} serves its keys {ms:F0} ms after its restart");
        }

        foreach (SiloProcess node in cluster.Nodes) await ClusterState.AwaitReady(node);

        foreach (LoadWriter writer in writers) writer.Stop();
        foreach ((string key, string reply) in writers.SelectMany(w => w.Refused).Where(r => !IsVictims(r.Key)).Take(20))
            output.WriteLine($"a living node's key {key}: {reply}");
        Assert.DoesNotContain(writers.SelectMany(w => w.Refused), r => !IsVictims(r.Key));
        AllAreThere(writers, first);
        AllAreThere(writers, victim);
        output.WriteLine($"{writers.Sum(w => w.Acknowledged.Count)} acknowledged writes, {writers.Sum(w => w.Refused.Count)} refused");
    }

    // Nothing refuses connections then: the others must find it dead by its silence.
    [Fact]
    public async Task HungNode_ItsKeysAreDown_AndItEndsWhenItFindsItselfDead()
    {
        SiloProcess hung = cluster.Nodes[2];
        SiloProcess[] others = [cluster.Nodes[0], cluster.Nodes[1]];
        int[] owners = ClusterState.Owners(others[0]);
        string[] keys = [.. ClusterState.KeysAt(owners, hung, "hung").Take(3)];
        foreach (string key in keys) Assert.Equal("OK", others[0].Call("SET", key, key));
        hung.Signal(StopSignal);
        try
        {
            await DownKeys.Await(hung, keys, others, output);
        }
        finally
        {
            hung.Signal(ContinueSignal);
        }

        long woken = Stopwatch.GetTimestamp();
        LastWords.AreOneSentence(hung, "declared it dead");
        output.WriteLine($"it ended {Stopwatch.GetElapsedTime(woken).TotalMilliseconds:F0} ms after it had gone on");
        cluster.Start(hung);
        await ClusterState.AwaitSettled(cluster.Nodes);
        output.WriteLine($"it served again {Stopwatch.GetElapsedTime(woken).TotalMilliseconds:F0} ms after it had gone on");
        foreach (SiloProcess node in cluster.Nodes)
        {
            foreach (string key in keys) Assert.Equal(key, node.Call("GET", key));
        }
    }

    private static void AllAreThere(LoadWriter[] writers, SiloProcess node)
    {
        using RespClient client = node.Connect();
        foreach (string[] keys in writers.SelectMany(w => w.Acknowledged.Keys).Chunk(500))
        {
            client.Send(["MGET", .. keys]);
            Assert.Equal("[" + string.Join(", ", keys.Select(k => k + "=value")) + "]", client.Read());
        }
    }
}
