using System.Text.RegularExpressions;
using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>
/// Commands on all keys through a node that is home of shards 1 and 3 of four: about its own keys, or about the whole cluster's.
/// </summary>
public sealed partial class ScopeTests : IDisposable
{
    private const int KeysAShard = 5;

    private readonly DispatchBench _bench = new([], [1, 3]);
    private readonly string[][] _keys;
    private readonly TestClient _client;

    public ScopeTests()
    {
        _keys = [.. Enumerable.Range(0, DispatchBench.Shards).Select(shard =>
            Enumerable.Range(0, KeysAShard).Select(i => _bench.Key(shard, i)).ToArray())];
        _bench.Cluster.DefaultScope = KeyspaceScope.Node;
        _client = _bench.Connect().Send([.. _keys.SelectMany(k => k).Select(k => $"set {k} x")]);
        _bench.AnswerAll();
        _client.Received();
    }

    private string[] Own => [.. new[] { 1, 3 }.SelectMany(s => _keys[s]).Order(StringComparer.Ordinal)];

    private string[] All => [.. _keys.SelectMany(k => k).Order(StringComparer.Ordinal)];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Node_IsTheDefault_AndAnswersForItsOwnShards()
    {
        Assert.Equal($":{2 * KeysAShard}\r\n", Do("dbsize"));
        Assert.Equal(Own, Words(Do("keys *")));
        Assert.Equal(Own, Scan());
        Assert.Contains(Words(Do("randomkey")).Single(), Own);
        Assert.Equal("+OK\r\n", Do("flushall"));
        Assert.Equal(":0\r\n", Do("dbsize"));
        Do("client scope cluster");
        Assert.Equal($":{2 * KeysAShard}\r\n", Do("dbsize")); // the others' are there
    }

    [Fact]
    public void Cluster_AskedForByConnectionOrSetting_AnswersForAll()
    {
        Assert.Equal("+OK\r\n", Do("client scope cluster"));
        Assert.Equal($":{4 * KeysAShard}\r\n", Do("dbsize"));
        Assert.Equal(All, Words(Do("keys *")));
        Assert.Equal(All, Scan());
        Assert.Equal("+RESET\r\n", Do("reset"));
        Assert.Equal($":{2 * KeysAShard}\r\n", Do("dbsize"));

        _bench.Cluster.DefaultScope = KeyspaceScope.Cluster;
        Assert.Equal($":{4 * KeysAShard}\r\n", Do("dbsize"));
        Do("client scope node");
        Assert.Equal($":{2 * KeysAShard}\r\n", Do("dbsize"));
        Do("client scope default");
        Assert.Equal("+OK\r\n", Do("flushdb"));
        Assert.Equal(":0\r\n", Do("dbsize"));
        Assert.Empty(Scan());
    }

    [Fact]
    public void Scan_CursorOfAShardThatIsElsewhere_GoesOnWithTheNextOwnShard()
    {
        // Shards come in the order of their first slots: 0, 3, 2, 1.
        int foreign = Enumerable.Range(0, 16384).Last(s => _bench.Slots.OwnerOf(new((ushort)s)).Value == 2);
        string page = Do($"scan {ScanCursor.At(foreign).Value}");
        Assert.Equal("*0\r\n", page[^4..]);
        List<string> found = [];
        string cursor = Cursor(page);
        for (; cursor != "0"; cursor = Cursor(page))
        {
            page = Do($"scan {cursor} count 100");
            found.AddRange(Words(page).Skip(1));
        }

        Assert.Equal(_keys[1].Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Node_WithoutAnyShard_HasNoKeys()
    {
        using var bench = new DispatchBench([], []);
        bench.Cluster.DefaultScope = KeyspaceScope.Node;
        TestClient client = bench.Connect().Send("dbsize", "keys *", "scan 0", "randomkey", "flushall");
        Assert.Equal(":0\r\n*0\r\n*2\r\n$1\r\n0\r\n*0\r\n$-1\r\n+OK\r\n", client.Received());
    }

    [Theory]
    [InlineData("dbsize", "request_policy:all_shards response_policy:agg_sum", "")]
    [InlineData("keys", "nondeterministic_output_order request_policy:all_shards", "nondeterministic_output_order")]
    [InlineData("scan", "nondeterministic_output request_policy:special", "nondeterministic_output")]
    [InlineData("randomkey", "nondeterministic_output request_policy:all_shards", "nondeterministic_output")]
    [InlineData("flushall", "request_policy:all_shards response_policy:all_succeeded", "")]
    [InlineData("flushdb", "request_policy:all_shards response_policy:all_succeeded", "")]
    public void CommandInfo_TipsAreWhatTheConnectionGets(string command, string node, string cluster)
    {
        Assert.Equal(node, Tips(command));
        Do("client scope cluster");
        Assert.Equal(cluster, Tips(command));
    }

    private string Do(string line)
    {
        _client.Send(line);
        _bench.AnswerAll();
        return _client.Received();
    }

    private string Tips(string command) =>
        string.Join(' ', Words(Do($"command info {command}")).Where(w =>
            w.Contains("policy:", StringComparison.Ordinal) || w.StartsWith("nondeterministic", StringComparison.Ordinal)));

    private List<string> Scan()
    {
        List<string> found = [];
        string cursor = "0";
        do
        {
            string page = Do($"scan {cursor} count 2");
            found.AddRange(Words(page).Skip(1));
            cursor = Cursor(page);
        }
        while (cursor != "0");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static string Cursor(string page) => Words(page)[0];

    private static List<string> Words(string reply)
    {
        List<string> words = [.. Bulk().Matches(reply).Select(m => m.Groups[1].Value)];
        // SCAN: its cursor first.
        if (reply.StartsWith("*2", StringComparison.Ordinal) && reply.Contains("\r\n*", StringComparison.Ordinal)) return words;
        words.Sort(StringComparer.Ordinal);
        return words;
    }

    [GeneratedRegex("\\$[0-9]+\r\n([^\r]*)\r\n")]
    private static partial Regex Bulk();
}
