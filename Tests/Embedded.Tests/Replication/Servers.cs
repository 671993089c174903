using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Replication;

/// <summary>Servers that follow each other, in folders that go away with the test.</summary>
internal sealed class Servers : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _started = [];

    public ServerProcess Start(string name, params string[] flags)
    {
        ServerProcess server = ServerProcess.Start(_folder.File(name), flags);
        _started.Add(server);
        return server;
    }

    /// <summary>One that follows, and has a whole copy.</summary>
    public ServerProcess Follow(string name, ServerProcess leader, params string[] flags)
    {
        ServerProcess follower = Start(name, ["--replica-of", At(leader.Port), .. flags]);
        AwaitLink(follower);
        return follower;
    }

    public string File(string name) => _folder.File(name);

    public static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    public RespClient Client(int port)
    {
        RespClient client = RespClient.Connect(port);
        _started.Add(client);
        return client;
    }

    public RespClient Client(ServerProcess server) => Client(server.Port);

    public void AwaitLink(ServerProcess follower)
    {
        RespClient client = Client(follower);
        Await("the link to be up", () => Info(client).Contains("master_link_status:up", StringComparison.Ordinal), follower);
    }

    /// <summary>All that the leader has answered is at so many followers.</summary>
    public static void Wait(RespClient leader, int followers = 1) =>
        Assert.Equal($":{followers}", leader.Call("WAIT", followers.ToString(CultureInfo.InvariantCulture), "60000"));

    public static string Info(RespClient client) => client.Call("INFO", "replication")!;

    public static void Await(string what, Func<bool> isTrue, params ServerProcess[] shown)
    {
        try
        {
            Poll.UntilAsync(what, isTrue).GetAwaiter().GetResult();
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException(failure.Message + "\n" + string.Join("\n--\n", shown.Select(s => s.Printed)), failure);
        }
    }

    /// <summary>Every key with its value and the time at which it expires.</summary>
    public static string[] Content(RespClient client)
    {
        string keys = client.Call("KEYS", "*")!;
        var content = new List<string>();
        foreach (string key in keys[1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries))
            content.Add($"{key} {client.Call("GET", key)} {client.Call("PEXPIRETIME", key)}");
        content.Sort(StringComparer.Ordinal);
        return [.. content];
    }

    /// <summary>Its log has the texts so often; what it has printed comes here a moment later.</summary>
    public static void Printed(ServerProcess server, params (string Text, int Times)[] wanted)
    {
        foreach ((string text, int times) in wanted)
        {
            Await($"'{text}' {times} times", () => Count(server, text) >= times, server);
            Assert.Equal(times, Count(server, text));
        }
    }

    public static int Count(ServerProcess server, string text) => server.Printed.Split(text).Length - 1;

    public void Dispose()
    {
        for (int i = _started.Count - 1; i >= 0; i--) _started[i].Dispose();
        _folder.Dispose();
    }
}
