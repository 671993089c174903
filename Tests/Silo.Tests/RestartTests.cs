using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>Nodes that are stopped as an operator stops them, and folders that change hands.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RestartTests(QuorumCluster cluster) : IAsyncLifetime
{
    private const int Keys = 300;

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task AllNodesStoppedAndStartedAgain_HaveTheirKeysAndTheMap()
    {
        await ClusterState.AwaitSettled(cluster.Nodes);
        Assert.Equal("OK", cluster.Nodes[1].CallForAll("FLUSHALL"));
        using (RespClient client = cluster.Nodes[1].Connect())
        {
            for (int i = 0; i < Keys; i++) Assert.Equal("OK", client.Call("SET", Key(i), Key(i) + "=value"));
        }

        string slots = cluster.Nodes[0].Call("CLUSTER", "SLOTS")!;
        foreach (SiloProcess node in cluster.Nodes.Reverse()) Assert.Equal(0, node.Terminate());
        cluster.StartAll();
        foreach (SiloProcess node in cluster.Nodes)
        {
            await Poll.UntilAsync($"{node.NodeId} to serve all keys", () => node.CallForAll("DBSIZE") == ":" + Text(Keys));
            using RespClient client = node.Connect();
            for (int i = 0; i < Keys; i++) Assert.Equal(Key(i) + "=value", client.Call("GET", Key(i)));
            Assert.Equal(slots, node.Call("CLUSTER", "SLOTS"));
        }
    }

    [Fact]
    public void EmbeddedServersFolder_OpensInAOneNodeSilo_AndInTheEmbeddedServerAgain()
    {
        using var folder = new TempFolder();
        string data = folder.File("data");
        using (ServerProcess embedded = ServerProcess.Start(data))
        {
            using RespClient client = embedded.Connect();
            for (int i = 0; i < Keys; i++) Assert.Equal("OK", client.Call("SET", Key(i), "embedded"));
            Assert.Equal(0, embedded.Terminate());
        }

        using (var silo = new SiloProcess("node1", data))
        {
            silo.Start();
            using RespClient client = silo.Connect();
            Assert.Equal(":" + Text(Keys), client.Call("DBSIZE"));
            for (int i = 0; i < Keys; i++) Assert.Equal("embedded", client.Call("GET", Key(i)));
            for (int i = 0; i < Keys; i += 2) Assert.Equal("OK", client.Call("SET", Key(i), "silo"));
            Assert.Equal("OK", client.Call("SET", "new", "silo"));
            Assert.Equal(0, silo.Terminate());
        }

        using (ServerProcess embedded = ServerProcess.Start(data))
        {
            using RespClient client = embedded.Connect();
            Assert.Equal(":" + Text(Keys + 1), client.Call("DBSIZE"));
            for (int i = 0; i < Keys; i++) Assert.Equal(i % 2 == 0 ? "silo" : "embedded", client.Call("GET", Key(i)));
            Assert.Equal("OK", client.Call("SET", "newer", "embedded"));
            embedded.Kill();
        }

        using var again = new SiloProcess("node1", data);
        again.Start();
        Assert.Equal(":" + Text(Keys + 2), again.CallForAll("DBSIZE"));
        Assert.Equal("embedded", again.Call("GET", "newer"));
    }

    private static string Key(int i) => "key" + Text(i);

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
