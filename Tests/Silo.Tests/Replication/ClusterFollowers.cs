using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>One-process servers that follow a cluster, in folders that go away with the test.</summary>
internal sealed class ClusterFollowers : IDisposable
{
    public const string Whole = "has a whole copy of it";
    public const string GoesOn = "goes on where it was";

    private const int KeysACheck = 500;

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _started = [];

    /// <summary>Starts one that follows the first of the nodes that it can.</summary>
    public ServerProcess Start(string name, SiloProcess[] nodes, params string[] flags)
    {
        ServerProcess server = ServerProcess.Start(_folder.File(name),
            ["--replica-of", string.Join(',', nodes.Select(n => $"127.0.0.1:{Text(n.Port)}")), .. flags]);
        _started.Add(server);
        return server;
    }

    public RespClient Client(ServerProcess server)
    {
        RespClient client = server.Connect();
        _started.Add(client);
        return client;
    }

    /// <summary>Waits until its link is up, to this node.</summary>
    public async Task AwaitLink(ServerProcess follower, SiloProcess node)
    {
        RespClient client = Client(follower);
        await Await($"the link to {node.NodeId} to be up", () => Info(client) is var info
            && info.Contains("master_link_status:up\r\n", StringComparison.Ordinal)
            && info.Contains($"master_port:{Text(node.Port)}\r\n", StringComparison.Ordinal), follower);
    }

    public static string Info(RespClient client) => client.Call("INFO", "replication")!;

    public static async Task Await(string what, Func<bool> isTrue, ServerProcess shown)
    {
        try
        {
            await Poll.UntilAsync(what, isTrue);
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"{failure.Message}\n{shown.Printed}", failure);
        }
    }

    /// <summary>Its log has the texts so often; what it has printed comes here a moment later.</summary>
    public static async Task Printed(ServerProcess server, params (string Text, int Times)[] wanted)
    {
        foreach ((string text, int times) in wanted)
        {
            await Await($"'{text}' {times} times", () => Count(server, text) >= times, server);
            Assert.True(times == Count(server, text), $"'{text}' not {times} times:\n{server.Printed}");
        }
    }

    /// <summary>Every key with its value, and some with the time at which they expire; of a node those of the whole cluster.</summary>
    public static string[] Content(RespClient client, bool ofCluster)
    {
        if (ofCluster) Assert.Equal("OK", client.Call("CLIENT", "SCOPE", "CLUSTER"));
        string[] keys = [.. client.Call("KEYS", "*")![1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal)];
        var content = new List<string>();
        foreach (string[] some in keys.Chunk(KeysACheck))
        {
            string[] values = client.Call(["MGET", .. some])![1..^1].Split(", ");
            Assert.Equal(some.Length, values.Length);
            content.AddRange(some.Zip(values, (key, value) => $"{key} {value}"));
        }

        content.AddRange(keys.Where(k => k.StartsWith("ttl:", StringComparison.Ordinal))
            .Select(k => $"{k} until {client.Call("PEXPIRETIME", k)}"));
        return [.. content];
    }

    public void Dispose()
    {
        for (int i = _started.Count - 1; i >= 0; i--) _started[i].Dispose();
        _folder.Dispose();
    }

    private static int Count(ServerProcess server, string text) => server.Printed.Split(text).Length - 1;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
