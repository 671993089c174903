using System.Diagnostics;
using OrleansKv.Cluster.Tests.Processes.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Embedded.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Cluster.Tests.Processes;

/// <summary>kill -9 of one node of three while clients write through the others.</summary>
[Collection(ProcessCollection.Name)]
public sealed class KillTests(DevCluster cluster, ITestOutputHelper output)
{
    /// <summary>Time in which the keys of a dead node must be said to be down, ms: issue 3.</summary>
    private const int DownMs = 5_000;

    /// <summary>
    /// The same for a node that hangs, ms: it is 3.0 to 3.6 s on a quiet machine, and this test is not to fail on a busy one; it was 14 s when
    /// Orleans' own limits held.
    /// </summary>
    private const int HungMs = 10_000;

    /// <summary>SIGSTOP and SIGCONT of Linux.</summary>
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    [Fact]
    public async Task KilledNode_ItsKeysAreDownOthersServed_AndNoAcknowledgedWriteIsLost()
    {
        SiloProcess first = cluster.Nodes[0], second = cluster.Nodes[1], victim = cluster.Nodes[2];
        await ClusterState.AwaitSettled(cluster.Nodes);
        int[] owners = ClusterState.Owners(first);
        bool IsVictims(string key) => owners[ClusterState.SlotOf(key)] == victim.Port;

        using var writer1 = new LoadWriter(first, "first");
        using var writer2 = new LoadWriter(second, "second");
        LoadWriter[] writers = [writer1, writer2];
        await Poll.UntilAsync("1000 writes to be acknowledged, 100 of them the victim's", () =>
            writers.Sum(w => w.Acknowledged.Count) >= 1000 && writers.Sum(w => w.Acknowledged.Keys.Count(IsVictims)) >= 100);

        string[] lost = [.. ClusterState.KeysAt(owners, victim, "lost").Take(3)];
        await KillAndAwaitDown(victim, lost, first, second);

        // Others go on being served.
        int[] before = [.. writers.Select(w => w.Acknowledged.Count)];
        await Poll.UntilAsync("both writers to go on with keys of the other nodes", () => writers.Zip(before).All(x => x.First.Acknowledged.Count >= x.Second + 500));
        foreach (SiloProcess node in (SiloProcess[])[first, second]) await ClusterState.AwaitTold(node, victim,
            owners.Count(o => o == victim.Port));

        long restarted = Stopwatch.GetTimestamp();
        cluster.Start(victim);
        output.WriteLine($"ready {Stopwatch.GetElapsedTime(restarted).TotalMilliseconds:F0} ms after its restart");
        foreach (SiloProcess node in cluster.Nodes)
        {
            foreach (string key in lost) await Poll.UntilAsync($"{node.NodeId} to serve the keys of {victim.NodeId} again", () => node.Call("GET", key) is null);
            output.WriteLine($"{node.NodeId} serves its keys {Stopwatch.GetElapsedTime(restarted).TotalMilliseconds:F0} ms after its restart");
        }

        foreach (SiloProcess node in cluster.Nodes) await ClusterState.AwaitReady(node);

        foreach (LoadWriter writer in writers) writer.Stop();
        foreach ((string key, string reply) in writers.SelectMany(w => w.Refused).Where(r => !IsVictims(r.Key)).Take(20)) output.WriteLine($"a living node's key {key}: {reply}");
        Assert.DoesNotContain(writers.SelectMany(w => w.Refused), r => !IsVictims(r.Key));
        AllAreThere(writers, first);
        AllAreThere(writers, victim);
        output.WriteLine($"{writers.Sum(w => w.Acknowledged.Count)} acknowledged writes, {writers.Sum(w => w.Refused.Count)} refused");
    }

    // The first node of a dev cluster has the membership: the others go on without it, but have to be started again after it.
    [Fact]
    public async Task KilledFirstNode_OthersGoOn_AndAllIsThereWhenTheyAreStartedAfterIt()
    {
        SiloProcess first = cluster.Nodes[0];
        SiloProcess[] others = [cluster.Nodes[1], cluster.Nodes[2]];
        await ClusterState.AwaitSettled(cluster.Nodes);
        int[] owners = ClusterState.Owners(first);
        string[] keys = [.. cluster.Nodes.SelectMany(n => ClusterState.KeysAt(owners, n, "first").Take(20))];
        foreach (string key in keys) Assert.Equal("OK", others[0].Call("SET", key, key));
        await KillAndAwaitDown(first, [.. keys.Where(k => owners[ClusterState.SlotOf(k)] == first.Port).Take(3)], others);
        string[] living = [.. keys.Where(k => owners[ClusterState.SlotOf(k)] != first.Port)];
        foreach (SiloProcess node in others)
        {
            foreach (string key in living) Assert.Equal("OK", node.Call("SET", key, key + "+"));
            node.AwaitPrinted("restart this one, too");
        }

        cluster.Start(first);
        foreach (string key in living) Assert.Equal(key + "+", others[0].Call("GET", key));
        foreach (SiloProcess node in others)
        {
            Assert.Equal(0, node.Terminate());
            cluster.Start(node);
        }

        await ClusterState.AwaitSettled(cluster.Nodes);
        foreach (SiloProcess node in cluster.Nodes)
        {
            foreach (string key in keys) Assert.Equal(living.Contains(key) ? key + "+" : key, node.Call("GET", key));
        }
    }

    // Nothing refuses connections then: the others must find it dead by its silence.
    [Fact]
    public async Task HungNode_ItsKeysAreDown_AndItEndsWhenItFindsItselfDead()
    {
        SiloProcess hung = cluster.Nodes[2];
        SiloProcess[] others = [cluster.Nodes[0], cluster.Nodes[1]];
        await ClusterState.AwaitSettled(cluster.Nodes);
        int[] owners = ClusterState.Owners(others[0]);
        string[] keys = [.. ClusterState.KeysAt(owners, hung, "hung").Take(3)];
        foreach (string key in keys) Assert.Equal("OK", others[0].Call("SET", key, key));
        hung.Signal(StopSignal);
        try
        {
            await AwaitDown(hung, HungMs, keys, others);
        }
        finally
        {
            hung.Signal(ContinueSignal);
        }

        long woken = Stopwatch.GetTimestamp();
        int code = hung.WaitForExit();
        output.WriteLine($"it ended with {code}, {Stopwatch.GetElapsedTime(woken).TotalMilliseconds:F0} ms after it had gone on");
        cluster.Start(hung);
        await ClusterState.AwaitSettled(cluster.Nodes);
        output.WriteLine($"it served again {Stopwatch.GetElapsedTime(woken).TotalMilliseconds:F0} ms after it had gone on");
        foreach (SiloProcess node in cluster.Nodes)
        {
            foreach (string key in keys) Assert.Equal(key, node.Call("GET", key));
        }
    }

    private Task KillAndAwaitDown(SiloProcess victim, string[] keys, params SiloProcess[] living)
    {
        victim.Kill();
        return AwaitDown(victim, DownMs, keys, living);
    }

    private async Task AwaitDown(SiloProcess victim, int boundMs, string[] keys, params SiloProcess[] living)
    {
        long killed = Stopwatch.GetTimestamp();
        foreach (SiloProcess node in living)
        {
            foreach (string key in keys)
            {
                string? reply = null;
                await Poll.UntilAsync($"{node.NodeId} to answer CLUSTERDOWN for a key of {victim.NodeId}", () => (reply = node.Call("GET", key)) is not null && reply.StartsWith("-CLUSTERDOWN", StringComparison.Ordinal));
            }

            double down = Stopwatch.GetElapsedTime(killed).TotalMilliseconds;
            output.WriteLine($"{node.NodeId} answered CLUSTERDOWN {down:F0} ms after the kill");
            Assert.True(down < boundMs, $"{node.NodeId} took {down:F0} ms to answer CLUSTERDOWN");
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
