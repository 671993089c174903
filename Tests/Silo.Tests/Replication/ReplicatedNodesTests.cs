using System.Diagnostics;
using System.Globalization;
using OrleansKv.Grains;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// Three processes with three copies of each shard: whichever is killed, hangs, is stopped or loses its disk, nothing that was acknowledged
/// is lost, and nobody reads less than that.
/// </summary>
[Collection(ReplicatedCollection.Name)]
public sealed class ReplicatedNodesTests(ReplicatedCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Writes before something is done to a node: a run with fewer shows nothing.</summary>
    private const int WritesBefore = 1_000;

    /// <summary>Signals of Linux.</summary>
    private const int KillSignal = 9;
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    /// <summary>Time in which a write without a quorum must be refused, ms.</summary>
    private const int RefusalMs = 10_000;

    private SiloProcess First => cluster.Nodes[0];

    private SiloProcess Second => cluster.Nodes[1];

    private SiloProcess Third => cluster.Nodes[2];

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Key_WrittenThroughAnyNode_IsTheSameThroughAll()
    {
        for (int i = 0; i < 60; i++)
        {
            string key = Text($"same:{i}");
            Assert.Equal("OK", cluster.Nodes[i % 3].Call("SET", key, Text($"{i}")));
            Assert.All(cluster.Nodes, n => Assert.Equal(Text($"{i}"), n.Call("GET", key)));
            Assert.Equal(Text($":{i + 1}"), cluster.Nodes[(i + 1) % 3].Call("INCR", key));
            Assert.All(cluster.Nodes, n => Assert.Equal(Text($"{i + 1}"), n.Call("GET", key)));
        }
    }

    [Fact]
    public async Task FirstNodeKilled_OthersTakeOver_AndItIsAGoodCopyWhenItIsBack()
    {
        using var load = new ReplicaLoad("killed", Second, Third);
        await load.WhenMore(WritesBefore);
        First.Kill();
        long killed = Stopwatch.GetTimestamp();
        await load.WhenAllAreWritten("after the first node was killed");
        Say("all shards took writes again", killed);

        long restarted = Stopwatch.GetTimestamp();
        cluster.Start(First);
        await cluster.AwaitSettled();
        Say("it had its shards again", restarted);
        await load.WhenAllAreWritten("after the first node was back");
        load.Stop();
        Say(load);
        Second.Kill();
        await load.CheckThrough(First);
        await load.CheckThrough(Third);
    }

    // Nothing refuses connections then: the others must find it dead by its silence, and it must find out by itself that it leads no more.
    [Fact]
    public async Task HungNode_OthersTakeOver_AndItAnswersNothingThatIsOldWhenItGoesOn()
    {
        using var load = new ReplicaLoad("hung", First, Second);
        await load.WhenMore(WritesBefore);
        int[] owners = ClusterState.Owners(First);
        RespClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => Third.Connect())]; // the kernel would take connections later, too
        try
        {
            Third.Signal(StopSignal);
            long stopped = Stopwatch.GetTimestamp();
            CountedKey[] its = [.. load.Counted.Where(k => owners[ClusterState.SlotOf(k.Name)] == Third.Port).Take(clients.Length)];
            long[] least;
            try
            {
                await load.WhenAllAreWritten("after the third node was stopped");
                Say("all shards took writes again", stopped);
                least = [.. its.Select(k => k.Acknowledged)];
                foreach ((RespClient client, CountedKey key) in clients.Zip(its)) client.Send("GET", key.Name);
            }
            finally
            {
                Third.Signal(ContinueSignal);
            }

            for (int i = 0; i < its.Length; i++) AssertNotOlder(clients[i], its[i], least[i]);
        }
        finally
        {
            foreach (RespClient client in clients) client.Dispose();
        }

        LastWords.AreOneSentence(Third, "declared it dead");
        await load.WhenAllAreWritten("after it had ended");
        load.Stop();
        Say(load);
        await load.CheckThrough(First);
        cluster.Start(Third);
        await cluster.AwaitSettled();
        await load.CheckThrough(Third);
    }

    [Fact]
    public async Task AllNodesKilledAtOnce_AndStartedAgain_HaveEverything()
    {
        using var load = new ReplicaLoad("all", First, Second, Third);
        await load.WhenMore(WritesBefore);
        foreach (SiloProcess node in cluster.Nodes) node.Signal(KillSignal);
        foreach (SiloProcess node in cluster.Nodes) node.WaitForExit();
        long killed = Stopwatch.GetTimestamp();
        await cluster.MakeWhole();
        Say("all shards had their leaders again", killed);
        await load.WhenAllAreWritten("after all nodes were back");
        load.Stop();
        Say(load);
        foreach (SiloProcess node in cluster.Nodes) await load.CheckThrough(node);
    }

    [Fact]
    public async Task DataFolderLost_StartIsRefused_AndReplacedItGetsEverythingAgain()
    {
        using var load = new ReplicaLoad("lost", First, Third);
        await load.WhenMore(WritesBefore);
        Second.Kill();
        await load.WhenAllAreWritten("after the second node was killed");
        ClusterMapUpdate without = await cluster.MapWithout(Second);
        Directory.Delete(Second.Folder, recursive: true);

        string line;
        using (var refused = new SiloProcess(Second.NodeId, Second.Folder))
            line = Refusal.Of(refused, "--replicas", "3", "--join", cluster.AddressOfAnother(Second));
        const string Flag = "--replace-lost-data ";
        Assert.Contains(Flag, line, StringComparison.Ordinal);
        string store = line.Substring(line.IndexOf(Flag, StringComparison.Ordinal) + Flag.Length, 16);
        cluster.Start(Second, "--replace-lost-data", store);
        // A copy counts again from the beginning of an epoch that is later than its loss.
        await cluster.AwaitSettled(map => map.Homes.Zip(without.Homes).All(h => h.First.Epoch > h.Second.Epoch));
        await load.WhenAllAreWritten("after the second node was back");
        load.Stop();
        Say(load);
        First.Kill();
        await load.CheckThrough(Second);
        await load.CheckThrough(Third);
    }

    [Fact]
    public async Task TwoNodesDead_WritesAreRefusedInTime_AndServedWhenOneIsBack()
    {
        string[] keys = [.. cluster.Nodes.SelectMany(n => ClusterState.KeysAt(ClusterState.Owners(First), n, "two").Take(4))];
        foreach (string key in keys) Assert.Equal("OK", First.Call("SET", key, "before"));
        First.Kill();
        Second.Kill();
        RespClient[] clients = [.. keys.Select(_ => Third.Connect())];
        try
        {
            long sent = Stopwatch.GetTimestamp();
            foreach ((RespClient client, string key) in clients.Zip(keys)) client.Send("APPEND", key, "+");
            foreach ((RespClient client, string key) in clients.Zip(keys))
            {
                string reply = client.Read()!;
                double ms = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
                output.WriteLine(Text($"{key} after {ms:F0} ms: {reply}"));
                Assert.True(IsRefusal(reply), $"{key}: {reply}");
                Assert.True(ms < RefusalMs, $"{key} was answered after {ms:F0} ms");
            }
        }
        finally
        {
            foreach (RespClient client in clients) client.Dispose();
        }

        cluster.Start(Second);
        foreach (string key in keys)
        {
            string? value = null;
            await Poll.UntilAsync($"{key} to be served", () => (value = Third.Call("GET", key)) is not ['-', ..]);
            Assert.True(value is "before" or "before+", $"{key} is {value}");
            await Poll.UntilAsync($"{key} to take writes", () => Second.Call("SET", key, "after") == "OK");
            Assert.Equal("after", Third.Call("GET", key));
        }
    }

    [Fact]
    public async Task NodeStoppedInOrder_UnderLoad_RefusesNoWrite_AndLeavesNoneInDoubt()
    {
        using var load = new ReplicaLoad("stopped", First, Third);
        await load.WhenMore(WritesBefore);
        long told = Stopwatch.GetTimestamp();
        Assert.Equal(0, Second.Terminate());
        Say("it had ended", told);
        await load.WhenAllAreWritten("after the second node was stopped");
        Say("all shards took writes again", told);
        load.Stop();
        Say(load);
        await load.CheckThrough(First);
        await load.CheckThrough(Third);
        Assert.Empty(load.Errors);
    }

    private static bool IsRefusal(string reply) => reply.StartsWith("-NOREPLICAS ", StringComparison.Ordinal)
        || SaysThatNothingWasDone(reply);

    private static bool SaysThatNothingWasDone(string reply) => reply.StartsWith("-CLUSTERDOWN ", StringComparison.Ordinal)
        || reply.StartsWith("-TRYAGAIN ", StringComparison.Ordinal);

    // An error, or no answer at all, is as good.
    private void AssertNotOlder(RespClient client, CountedKey key, long least)
    {
        string reply;
        try
        {
            reply = client.Read() ?? "0";
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            reply = "-" + failure.Message;
        }

        output.WriteLine($"the node that had hung says of {key.Name}: {reply}");
        Assert.True(reply[0] == '-' || long.Parse(reply, CultureInfo.InvariantCulture) >= least,
            $"the node that had hung says that {key.Name} is {reply}; {least} had been acknowledged");
    }

    private void Say(string what, long since) =>
        output.WriteLine(Text($"{what} after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms"));

    private void Say(ReplicaLoad load)
    {
        output.WriteLine(Text($"{load.Acknowledged} acknowledged writes, {load.ReadCount} reads, {load.Errors.Count} errors"));
        foreach (IGrouping<string, string> error in load.Errors.GroupBy(e => e).Take(10))
            output.WriteLine(Text($"{error.Count()} times {error.Key}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
