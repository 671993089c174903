using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// Nodes that cannot start: one line that says why, and an exit code. Those that try to join leave the cluster as it was.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class StartErrorTests(QuorumCluster cluster) : IDisposable, IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("--no-such-flag", "--no-such-flag")]
    [InlineData("--silo-port=70000", "silo-port")]
    [InlineData("--join=nowhere", "join")]
    [InlineData("--cluster=zookeeper", "cluster")]
    [InlineData("--cluster=postgres", "--postgres")]
    [InlineData("--postgres=Host=db", "--cluster")]
    [InlineData("--cluster=postgres --postgres=Host=db --join=127.0.0.1:1", "--join")]
    [InlineData("--write-quorum=3 --replicas=2", "--replicas 2")]
    [InlineData("--replicas=8", "replicas")]
    [InlineData("--silo-tls-cert=a.pem", "--silo-tls-key")]
    [InlineData("--gateway-port=11111 --silo-port=11111", "--gateway-port")]
    [InlineData("--join=127.0.0.1:11111 --silo-port=11111", "--join")]
    [InlineData("--advertise=192.0.2.1", "--silo-insecure")]
    [InlineData("--advertise=0.0.0.0 --silo-insecure=yes", "--advertise")]
    public void Flags_ThatAreWrong_AreOneLineThatNamesThem(string flags, string named)
    {
        (int code, string printed) = New("node4").RunToExit(flags.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(named, Refusal.LineOf(printed), StringComparison.Ordinal);
    }

    [Fact]
    public void NodeId_UsedTwice_IsRefused()
    {
        OneLineAndNothingChanged(New("node2"), "node2", "--join", cluster.First);
    }

    [Fact]
    public void FolderOfAnotherNode_IsRefused()
    {
        string folder = _folder.File("other");
        using (var other = new SiloProcess("other", folder)) Assert.Equal(0, other.Start().Terminate());
        using var node = new SiloProcess("mine", folder);
        (int code, string printed) = node.RunToExit();
        Assert.Equal(1, code);
        Assert.Contains("other", Refusal.LineOf(printed), StringComparison.Ordinal);
    }

    [Fact]
    public void FolderOfARunningNode_IsRefused()
    {
        using var node = new SiloProcess("node2", cluster.Nodes[1].Folder);
        OneLineAndNothingChanged(node, cluster.Nodes[1].Folder, "--join", cluster.First);
    }

    [Fact]
    public void FolderOfAnotherCluster_IsRefused()
    {
        using SiloProcess node = New("node1");
        Assert.Equal(0, node.Start("--cluster-id", "one").Terminate());
        using var again = new SiloProcess("node1", node.Folder);
        (int code, string printed) = again.RunToExit("--cluster-id", "two");
        Assert.Equal(1, code);
        Assert.Contains("cluster one", Refusal.LineOf(printed), StringComparison.Ordinal);
    }

    [Fact]
    public void ClusterId_ThatTheFirstNodeDoesNotHave_IsRefused_AndTheFolderIsStillNobodys()
    {
        using SiloProcess node = New("node4");
        OneLineAndNothingChanged(node, "cluster", "--join", cluster.First, "--cluster-id", "mistyped");
        using var again = new SiloProcess("node4", node.Folder);
        Assert.Equal(0, again.Start().Terminate()); // its own first node, of the cluster "orleanskv"
    }

    [Fact]
    public void Terminate_WhileWaitingForANodeToJoin_EndsAtOnce()
    {
        using SiloProcess node = New("node4");
        node.Launch("--join", "127.0.0.1:" + FreePort.NextSilo().ToString(CultureInfo.InvariantCulture));
        node.AwaitPrinted("Waiting for 127.0.0.1:");
        node.Signal(15);
        Assert.Equal(1, node.WaitForExit());
        Assert.Contains("stopped before", Refusal.LineOf(node.Printed), StringComparison.Ordinal);
    }

    [Fact]
    public void Join_WithKeysOfAnotherStore_IsRefused_AndTheKeysStay()
    {
        using SiloProcess node = New("node4");
        using (ServerProcess embedded = ServerProcess.Start(node.Folder))
        {
            using RespClient client = embedded.Connect();
            Assert.Equal("OK", client.Call("SET", "mine", "1"));
            Assert.Equal(0, embedded.Terminate());
        }

        OneLineAndNothingChanged(node, "1 keys", "--join", cluster.First);
        using ServerProcess again = ServerProcess.Start(node.Folder);
        using RespClient reader = again.Connect();
        Assert.Equal("1", reader.Call("GET", "mine"));
    }

    [Theory]
    [InlineData("port")]
    [InlineData("http-port")]
    [InlineData("silo-port")]
    [InlineData("silo-port", FreePort.ControlPortOffset)]
    [InlineData("gateway-port")]
    public void Port_InUse_IsOneLine_AndTheNodeHasNotJoined(string which, int above = 0)
    {
        int port = FreePort.NextSilo();
        var taken = new TcpListener(IPAddress.Loopback, port + above);
        taken.Start();
        try
        {
            using var node = new SiloProcess("node4", _folder.File("node4"))
            {
                Port = which == "port" ? port : FreePort.Next(),
                HttpPort = which == "http-port" ? port : FreePort.Next(),
                SiloPort = which == "silo-port" ? port : FreePort.NextSilo(),
                GatewayPort = which == "gateway-port" ? port : 0,
            };
            OneLineAndNothingChanged(node, (port + above).ToString(CultureInfo.InvariantCulture), "--join", cluster.First);
        }
        finally
        {
            taken.Stop();
        }
    }

    private SiloProcess New(string nodeId) => new(nodeId, _folder.File(nodeId));

    private void OneLineAndNothingChanged(SiloProcess node, string named, params string[] flags)
    {
        string before = MapVersion();
        Assert.Contains(named, Refusal.Of(node, flags), StringComparison.Ordinal);
        Assert.Equal(before, MapVersion()); // whoever joins is in a new map
        // Every shard answers.
        foreach (SiloProcess other in cluster.Nodes) Assert.StartsWith(":", other.CallForAll("DBSIZE"), StringComparison.Ordinal);
    }

    private string MapVersion() => Regex.Match(cluster.Nodes[0].Call("CLUSTER", "INFO")!, "cluster_current_epoch:[0-9]+").Value;
}
