using System.Text.RegularExpressions;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// What an operator reads of a cluster: few lines, each with its time and in plain words. The nodes run again at the end.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed partial class LogTests(QuorumCluster cluster) : IAsyncLifetime
{
    private const int StartLines = 10;
    private const int DeathLines = 6;

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Log_OfANodesDeathReturnAndStop_IsShortAndInPlainWords()
    {
        SiloProcess node = cluster.Nodes[2];
        SiloProcess[] others = [cluster.Nodes[0], cluster.Nodes[1]];
        int shards = ClusterState.ExpectedShards(3)[2];

        int[] before = Lines(others);
        node.Kill();
        AwaitAll(others, before,
            $"warning: Node {node.NodeId} is down: its {shards} of {ClusterState.Shards} shards are not served until it is back");
        cluster.Start(node);
        AwaitAll(others, before, $"info: Node {node.NodeId} is back with its {shards} of {ClusterState.Shards} shards");
        await ClusterState.AwaitSettled(cluster.Nodes);
        AreFewAndStamped(others, before);

        before = Lines(others);
        Assert.Equal(0, node.Terminate());
        AwaitAll(others, before, $"info: Node {node.NodeId} leaves, it was stopped: its {shards} of {ClusterState.Shards} shards are not "
            + $"served until it is back");
        cluster.Start(node);
        AwaitAll(others, before, $"info: Node {node.NodeId} is back");
        await ClusterState.AwaitSettled(cluster.Nodes);
        AreFewAndStamped(others, before);
        foreach (SiloProcess other in others)
            Assert.DoesNotContain(
                LinesSince(other, before[Array.IndexOf(others, other)]), l => l.Contains("is down", StringComparison.Ordinal));
    }

    [Fact]
    public void Log_OfAFirstStart_IsShort_AndHasItsTime()
    {
        foreach (SiloProcess node in cluster.Nodes)
        {
            string[] start = [.. LinesSince(node, 0).TakeWhile(l => !l.StartsWith("Status:", StringComparison.Ordinal))];
            Assert.True(start.Length < StartLines, node.Printed);
            Assert.Matches(@"^Started:   20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, orleanskv-silo \S+, process \d+$",
                Assert.Single(start, l => l.StartsWith("Started:", StringComparison.Ordinal)));
        }
    }

    private static int[] Lines(SiloProcess[] nodes) => [.. nodes.Select(n => LinesSince(n, 0).Length)];

    private static string[] LinesSince(SiloProcess node, int skip) =>
        [.. node.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(skip)];

    private static void AwaitAll(SiloProcess[] nodes, int[] since, string text)
    {
        for (int i = 0; i < nodes.Length; i++) nodes[i].AwaitPrinted(text, since[i]);
    }

    private static void AreFewAndStamped(SiloProcess[] nodes, int[] since)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            string[] lines = LinesSince(nodes[i], since[i]);
            Assert.InRange(lines.Length, 1, DeathLines);
            Assert.All(lines, l => Assert.Matches(Stamped(), l));
        }
    }

    [GeneratedRegex(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning|error): [A-Z].*")]
    private static partial Regex Stamped();
}
