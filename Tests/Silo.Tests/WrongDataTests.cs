using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// Nodes that are started with another node's, another cluster's or no data: nothing is lost, and nothing is answered as missing.
/// </summary>
public sealed class WrongDataTests : IDisposable
{
    private const int Keys = 200;

    private readonly TempFolder _folder = new();
    private readonly SiloProcess _first;
    private readonly SiloProcess _second;

    public WrongDataTests()
    {
        _first = New("node1");
        _second = New("node2");
    }

    public void Dispose()
    {
        _second.Dispose();
        _first.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task FirstNodeWithAnotherFolder_OthersRefuse_AndKeepTheirKeys()
    {
        await StartWithKeys();
        StopBoth();
        using (var wrong = new SiloProcess("node1", _folder.File("mistyped")))
        {
            wrong.Start();
            using SiloProcess second = Again(_second);
            string line = Refusal.Of(second, "--join", At(wrong));
            Assert.Contains("which has the same name", line, StringComparison.Ordinal);
            Assert.Contains("--data-dir", line, StringComparison.Ordinal);
            Assert.Equal(":0", wrong.CallForAll("DBSIZE"));
        }

        await AllKeysAreThere();
    }

    [Fact]
    public async Task SecondNodeWithoutJoin_FoundsNoCluster()
    {
        await StartWithKeys();
        StopBoth();
        using (SiloProcess second = Again(_second))
        {
            second.Launch(); // it has been in a cluster, and waits for that
            second.AwaitPrinted($"Waiting for 127.0.0.1:{_first.SiloPort}");
            Assert.Equal(1, second.Terminate());
        }

        await AllKeysAreThere();
    }

    [Fact]
    public async Task KnownNodeWithAnEmptyFolder_IsRefused_UnlessItsDataIsGivenUp()
    {
        await StartWithKeys();
        Assert.Equal(0, _second.Terminate());
        string lost;
        using (var wrong = new SiloProcess("node2", _folder.File("mistyped")))
        {
            string line = Refusal.Of(wrong, "--join", At(_first));
            const string Flag = "--replace-lost-data ";
            Assert.Contains(Flag, line, StringComparison.Ordinal);
            lost = line.Substring(line.IndexOf(Flag, StringComparison.Ordinal) + Flag.Length, 16);
            Assert.False(File.Exists(Path.Combine(wrong.Folder, "NODE")));
        }

        using (var memory = new SiloProcess("node2", _folder.File("mistyped")))
            Assert.Contains("--persistence off", Refusal.Of(memory, "--join", At(_first), "--persistence", "off"),
                StringComparison.Ordinal);
        _second.Start("--join", At(_first)); // its own folder
        Assert.Equal(":" + Text(Keys), _first.CallForAll("DBSIZE"));

        Assert.Equal(0, _second.Terminate());
        long left;
        using (var replaced = new SiloProcess("node2", _folder.File("new")))
        {
            replaced.Start("--join", At(_first), "--replace-lost-data", lost);
            left = long.Parse(_first.CallForAll("DBSIZE")!.AsSpan(1), CultureInfo.InvariantCulture);
            Assert.InRange(left, 1, Keys - 1);
            Assert.Equal("OK", replaced.Call("SET", Key(0), "new"));
            Assert.Equal(0, replaced.Terminate());
            replaced.Start("--join", At(_first), "--replace-lost-data", lost); // the flag is left where it was, and gives up nothing more
            Assert.Equal("new", replaced.Call("GET", Key(0)));
            Assert.Equal(0, replaced.Terminate());
        }

        using SiloProcess found = Again(_second);
        Assert.Contains("--replace-lost-data", Refusal.Of(found, "--join", At(_first), "--replace-lost-data", lost),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderOfAnOlderProgram_Opens()
    {
        await StartWithKeys();
        StopBoth();
        foreach (SiloProcess node in (SiloProcess[])[_first, _second])
            await File.WriteAllTextAsync(Path.Combine(node.Folder, "NODE"), $$"""{"Cluster":"orleanskv","Node":"{{node.NodeId}}"}""");
        await AllKeysAreThere();
        string guid = (await File.ReadAllTextAsync(Path.Combine(_first.Folder, "NODE"))).Split("\"Guid\":")[1];
        Assert.EndsWith(guid, await File.ReadAllTextAsync(Path.Combine(_second.Folder, "NODE")), StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatTheEmbeddedServerRebalanced_ServesAllItsKeys()
    {
        _first.Start();
        Write(_first);
        Assert.Equal(0, _first.Terminate());
        using (ServerProcess embedded = ServerProcess.Start(_first.Folder))
        {
            Assert.StartsWith("OK", embedded.Connect().Call("REBALANCE", "40"), StringComparison.Ordinal);
            using RespClient client = embedded.Connect();
            Assert.True(SpinWait.SpinUntil(
                () => client.Call("INFO")!.Contains("rebalance_running:0", StringComparison.Ordinal), TimeSpan.FromSeconds(60)));
            Assert.Equal(0, embedded.Terminate());
        }

        _first.Start();
        Assert.Contains("Shards:    40", _first.Printed, StringComparison.Ordinal);
        Assert.Equal(":" + Text(Keys), _first.CallForAll("DBSIZE"));
        for (int i = 0; i < Keys; i++) Assert.Equal(Key(i), _first.Call("GET", Key(i)));
        Assert.Equal("OK", _first.CallForAll("FLUSHALL"));
        Assert.Equal(0, _first.Terminate());
        using ServerProcess emptied = ServerProcess.Start(_first.Folder);
        Assert.Equal(":0", emptied.Connect().Call("DBSIZE"));
    }

    [Fact]
    public async Task NewNodeWithAnotherNumberOfShards_TakesTheClusters()
    {
        _first.Start();
        Write(_first);
        _second.Start("--join", At(_first), "--shards", "7");
        await ClusterState.AwaitSettled([_first, _second]);
        Assert.Contains("Shards:    32", _second.Printed, StringComparison.Ordinal);
        foreach (SiloProcess node in (SiloProcess[])[_first, _second])
        {
            Assert.Equal(":" + Text(Keys), node.CallForAll("DBSIZE"));
            for (int i = 0; i < Keys; i += 7) Assert.Equal(Key(i), node.Call("GET", Key(i)));
        }
    }

    [Fact]
    public void TwoNodesOfOneId_StartedAtOnce_OneIsRefused()
    {
        _first.Start();
        using SiloProcess other = new("node2", _folder.File("other"));
        _second.Launch("--join", At(_first));
        other.Launch("--join", At(_first));
        Assert.True(SpinWait.SpinUntil(() => !_second.Runs || !other.Runs, TimeSpan.FromSeconds(60)), _second.Printed + other.Printed);
        SiloProcess refused = _second.Runs ? other : _second, node = _second.Runs ? _second : other;
        Assert.Equal(1, refused.WaitForExit());
        Assert.Contains("node2 runs already", Refusal.LineOf(refused.Printed), StringComparison.Ordinal);
        node.AwaitPrinted("Ready");
        Assert.False(File.Exists(Path.Combine(refused.Folder, "NODE")));
    }

    private async Task StartWithKeys()
    {
        _first.Start("--replicas", "1"); // what is lost with a folder is lost
        _second.Start("--join", At(_first));
        Write(_first);
        await ClusterState.AwaitSettled([_first, _second]);
    }

    private void StopBoth()
    {
        Assert.Equal(0, _second.Terminate());
        Assert.Equal(0, _first.Terminate());
    }

    private async Task AllKeysAreThere()
    {
        _first.Start();
        _second.Start("--join", At(_first));
        foreach (SiloProcess node in (SiloProcess[])[_first, _second])
        {
            await Poll.UntilAsync($"{node.NodeId} to serve all keys", () => node.CallForAll("DBSIZE") == ":" + Text(Keys));
            using RespClient client = node.Connect();
            for (int i = 0; i < Keys; i++) Assert.Equal(Key(i), client.Call("GET", Key(i)));
        }
    }

    private SiloProcess New(string nodeId) => new(nodeId, _folder.File(nodeId));

    private static SiloProcess Again(SiloProcess node) => new(node.NodeId, node.Folder);

    private static void Write(SiloProcess node)
    {
        using RespClient client = node.Connect();
        for (int i = 0; i < Keys; i++) Assert.Equal("OK", client.Call("SET", Key(i), Key(i)));
    }

    private static string At(SiloProcess node) => "127.0.0.1:" + Text(node.SiloPort);

    private static string Key(int i) => "key" + Text(i);

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
