using System.Globalization;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>What a cluster must do whoever keeps its membership, driven by redis-cli. Each starts with an empty keyspace.</summary>
internal static class ClusterChecks
{
    /// <summary>Keys of many shards, so of all nodes.</summary>
    private const int Keys = 60;

    public static void KeysAreTheSameThroughAllNodes(IReadOnlyList<SiloProcess> nodes)
    {
        Script(nodes[0], "CLIENT SCOPE CLUSTER\nFLUSHALL");
        for (int i = 0; i < nodes.Count; i++)
        {
            string[] pairs = [.. Enumerable.Range(0, Keys).SelectMany(k => new[] { Name(i, k), Text(k) })];
            Assert.Equal("OK", Cli(nodes[i], ["MSET", .. pairs]));
        }

        string[] names = [.. Enumerable.Range(0, nodes.Count).SelectMany(i => Enumerable.Range(0, Keys).Select(k => Name(i, k)))
            .Order(StringComparer.Ordinal)];
        string[] values = [.. names.Select(n => n[(n.IndexOf('-') + 1)..])];
        foreach (SiloProcess node in nodes)
        {
            string whole = Script(node, "CLIENT SCOPE CLUSTER\nDBSIZE\nKEYS *");
            Assert.StartsWith("OK\n" + Text(names.Length) + "\n", whole, StringComparison.Ordinal);
            Assert.Equal(names, Lines(string.Join('\n', whole.Split('\n').Skip(2))));
            Assert.Equal(values, Cli(node, ["MGET", .. names]).Split('\n'));
            Assert.Equal(Text(names.Length), Cli(node, ["EXISTS", .. names]));
        }

        // Each key is one node's; which one, the slots say.
        int[] owners = ClusterState.Owners(nodes[0]);
        foreach (SiloProcess node in nodes)
        {
            string[] own = [.. names.Where(n => owners[ClusterState.SlotOf(n)] == node.Port)];
            Assert.Equal(Text(own.Length), Cli(node, "DBSIZE"));
            Assert.Equal(own, Lines(Cli(node, "KEYS", "*")));
            Assert.Equal(own, Lines(Tool.Run("redis-cli", null, "-p", Text(node.Port), "--scan")));
            Assert.Contains(Cli(node, "RANDOMKEY"), own);
            Assert.Equal("OK", Cli(node, "CONFIG", "SET", "keyspace-scope", "cluster")); // for clients that know no clusters
            Assert.Equal(Text(names.Length), Cli(node, "DBSIZE"));
            Assert.Equal(names, Lines(Tool.Run("redis-cli", null, "-p", Text(node.Port), "--scan")));
            Assert.Equal("OK", Cli(node, "CONFIG", "SET", "keyspace-scope", "node"));
        }

        Assert.Equal(Text(names.Length), Cli(nodes[1], ["DEL", .. names]));
        foreach (SiloProcess node in nodes) Assert.Equal("0", Cli(node, "DBSIZE"));
    }

    public static void SingleKeysGoThroughAnyNode(IReadOnlyList<SiloProcess> nodes)
    {
        for (int i = 0; i < 30; i++)
        {
            SiloProcess writer = nodes[i % nodes.Count], reader = nodes[(i + 1) % nodes.Count];
            string key = "single" + Text(i);
            Assert.Equal("OK", writer.Call("SET", key, Text(i)));
            Assert.Equal(Text(i), reader.Call("GET", key));
            Assert.Equal($":{i + 1}", reader.Call("INCR", key));
            Assert.Equal(":1", reader.Call("DEL", key));
            Assert.Null(writer.Call("GET", key));
        }
    }

    /// <summary>What a command says of a key does not depend on which node it is asked through.</summary>
    public static void KeysAreDescribedAlikeThroughAllNodes(IReadOnlyList<SiloProcess> nodes)
    {
        for (int i = 0; i < 30; i++)
        {
            string key = "described" + Text(i), value = new('v', 10 + (100 * i));
            Assert.Equal("OK", nodes[0].Call("SET", key, value));
            foreach (SiloProcess node in nodes)
            {
                Assert.Null(node.Call("MEMORY", "USAGE", "none" + key));
                long bytes = long.Parse(
                    node.Call("MEMORY", "USAGE", key, "SAMPLES", "5")!.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
                Assert.InRange(bytes, value.Length, (2 * value.Length) + 200);
                using RespClient client = node.Connect();
                Assert.Equal("OK", client.Call("MULTI"));
                foreach (string[] words in (string[][])[["MEMORY", "USAGE", key], ["OBJECT", "ENCODING", key], ["OBJECT", "REFCOUNT", key],
                    ["TYPE", key]]) Assert.Equal("QUEUED", client.Call(words));
                Assert.Equal($"[:{bytes}, {(value.Length <= 44 ? "embstr" : "raw")}, :1, string]", client.Call("EXEC"));
            }

            Assert.Single(nodes.Select(n => n.Call("MEMORY", "USAGE", key)).Distinct());
            Assert.Single(nodes.Select(n => n.Call("DUMP", key)).Distinct());
            Assert.Single(nodes.Select(n => n.Call("OBJECT", "VERSION", key)).Distinct());
            Assert.Equal(":1", nodes[0].Call("DEL", key));
        }
    }

    /// <summary>CLIENT DURABILITY, for keys of all nodes through one.</summary>
    public static async Task DurabilityOfAConnectionGoesWithItsCommands(IReadOnlyList<SiloProcess> nodes)
    {
        await ClusterState.AwaitSettled(nodes);
        int[] owners = ClusterState.Owners(nodes[0]);
        foreach (SiloProcess node in nodes) Assert.Equal("OK", node.Call("CONFIG", "SET", "appendfsync", "no")); // nobody else flushes then
        try
        {
            using RespClient client = nodes[0].Connect();
            foreach (SiloProcess node in nodes)
            {
                string key = ClusterState.KeysAt(owners, node, "durable").First();
                Assert.Equal("OK", client.Call("SET", key, "1"));
                Assert.NotEqual(0, await ClusterState.PendingBytes(node));
                Assert.Equal("OK", client.Call("CLIENT", "DURABILITY", "ALWAYS"));
                Assert.Equal("OK", client.Call("SET", key, "2"));
                Assert.Equal(0, await ClusterState.PendingBytes(node));
                Assert.Equal("OK", client.Call("MULTI"));
                Assert.Equal("QUEUED", client.Call("INCR", key));
                Assert.Equal("[:3]", client.Call("EXEC"));
                Assert.Equal(0, await ClusterState.PendingBytes(node));
                Assert.Equal("OK", client.Call("CLIENT", "DURABILITY", "DEFAULT"));
                Assert.Equal(":1", client.Call("DEL", key));
                Assert.NotEqual(0, await ClusterState.PendingBytes(node));
            }
        }
        finally
        {
            foreach (SiloProcess node in nodes) node.Call("CONFIG", "SET", "appendfsync", "everysec");
        }
    }

    /// <summary>WAITAOF behind writes to all nodes through one; WAIT, with no replica anywhere.</summary>
    public static async Task WaitAofFlushesAllNodes(IReadOnlyList<SiloProcess> nodes)
    {
        await ClusterState.AwaitSettled(nodes);
        int[] owners = ClusterState.Owners(nodes[0]);
        foreach (SiloProcess node in nodes) Assert.Equal("OK", node.Call("CONFIG", "SET", "appendfsync", "no")); // nobody else flushes then
        try
        {
            foreach (SiloProcess node in nodes)
            {
                using RespClient client = node.Connect();
                foreach (SiloProcess home in nodes)
                    Assert.Equal("OK", client.Call("SET", ClusterState.KeysAt(owners, home, "synced").First(), node.NodeId));
                foreach (SiloProcess home in nodes) Assert.NotEqual(0, await ClusterState.PendingBytes(home));
                Assert.Equal("[:0, :0]", client.Call("WAITAOF", "0", "0", "0"));
                Assert.Equal("[:1, :0]", client.Call("WAITAOF", "1", "0", "0"));
                foreach (SiloProcess home in nodes) Assert.Equal(0, await ClusterState.PendingBytes(home));
                Assert.Equal(":0", client.Call("WAIT", "1", "10"));
                Assert.Equal("[:1, :0]", client.Call("WAITAOF", "1", "1", "200")); // no replica, but the disks, at the timeout

                Assert.Equal("OK", client.Call("MULTI"));
                Assert.Equal("QUEUED", client.Call("WAITAOF", "1", "0", "0"));
                Assert.Equal("[[:0, :0]]", client.Call("EXEC")); // nothing waits in a transaction
            }
        }
        finally
        {
            foreach (SiloProcess node in nodes) node.Call("CONFIG", "SET", "appendfsync", "everysec");
        }
    }

    public static void TransactionsRunInOneShard(IReadOnlyList<SiloProcess> nodes)
    {
        foreach (SiloProcess node in nodes)
        {
            Assert.Equal("OK\nOK\nQUEUED\nQUEUED\nQUEUED\n10\n10\n11",
                Script(node, "SET {t}a 9\nMULTI\nINCR {t}a\nGET {t}a\nINCR {t}a\nEXEC"));
            // Two keys of two shards: refused as a whole.
            (string one, string other) = KeysOfTwoShards;
            Assert.StartsWith("OK\nQUEUED\nQUEUED\nCROSSSLOT", Script(node, $"MULTI\nSET {one} 1\nSET {other} 1\nEXEC"));
            Assert.Equal("0", Cli(node, "EXISTS", one, other));
            Assert.StartsWith("CROSSSLOT", Cli(node, "MSETNX", one, "1", other, "1"));
            Assert.StartsWith("CROSSSLOT", Cli(node, "RENAME", one, other));
        }
    }

    public static void BatchLinesAnswerOneByOne(IReadOnlyList<SiloProcess> nodes)
    {
        foreach (SiloProcess node in nodes)
        {
            using RespClient client = node.Connect();
            client.SendRaw("BATCH 5\r\nPUT b1 1\r\nINCR b2\r\nNOSUCH x\r\nGET b1\r\nDELETE b2\r\nPING\r\n"u8);
            Assert.Equal("[OK, :1, -ERR unknown command 'NOSUCH', with args beginning with: 'x' , 1, :1]", client.Read());
            Assert.Equal("PONG", client.Read());
        }
    }

    public static void WatchedKeyThatChangesThroughAnotherNodeLoses(IReadOnlyList<SiloProcess> nodes)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            using RespClient client = nodes[i].Connect();
            using RespClient other = nodes[(i + 1) % nodes.Count].Connect();
            client.Call("SET", "{w}key", "1");
            Assert.Equal("OK", client.Call("WATCH", "{w}key"));
            Assert.Equal("OK", other.Call("SET", "{w}key", "2"));
            Assert.Equal("OK", client.Call("MULTI"));
            Assert.Equal("QUEUED", client.Call("SET", "{w}key", "3"));
            Assert.Null(client.Call("EXEC"));
            Assert.Equal("2", client.Call("GET", "{w}key"));

            Assert.Equal("OK", client.Call("WATCH", "{w}key"));
            Assert.Equal("OK", client.Call("MULTI"));
            Assert.Equal("QUEUED", client.Call("SET", "{w}key", "4"));
            Assert.Equal("[OK]", client.Call("EXEC"));
            Assert.Equal("4", other.Call("GET", "{w}key"));
        }
    }

    public static void MessagesReachSubscribersOfAllNodes(IReadOnlyList<SiloProcess> nodes)
    {
        RespClient[] subscribers = [.. nodes.Select(n => n.Connect())];
        try
        {
            foreach (RespClient subscriber in subscribers) Assert.Equal("[subscribe, news, :1]", subscriber.Call("SUBSCRIBE", "news"));
            for (int i = 0; i < nodes.Count; i++)
            {
                Cli(nodes[i], "PUBLISH", "news", "from " + nodes[i].NodeId);
                foreach (RespClient subscriber in subscribers) Assert.Equal($"[message, news, from {nodes[i].NodeId}]", subscriber.Read());
            }

            // A shard channel is any node's as well, and no message to a channel of the same name.
            foreach (RespClient subscriber in subscribers) Assert.Equal("[ssubscribe, news, :1]", subscriber.Call("SSUBSCRIBE", "news"));
            for (int i = 0; i < nodes.Count; i++)
            {
                Cli(nodes[i], "SPUBLISH", "news", "from " + nodes[i].NodeId);
                foreach (RespClient subscriber in subscribers) Assert.Equal($"[smessage, news, from {nodes[i].NodeId}]", subscriber.Read());
            }

            Assert.Equal("-CROSSSLOT Keys in request don't hash to the same slot", subscribers[0].Call("SSUBSCRIBE", "news", "other"));
        }
        finally
        {
            foreach (RespClient subscriber in subscribers) subscriber.Dispose();
        }
    }

    public static async Task NodesAgreeOnTheCluster(IReadOnlyList<SiloProcess> nodes)
    {
        await ClusterState.AwaitSettled(nodes);
        await Poll.UntilAsync(
            "all nodes to answer CLUSTER SLOTS alike", () => nodes.Select(n => n.Call("CLUSTER", "SLOTS")).Distinct().Count() == 1);
        int[] owners = ClusterState.Owners(nodes[0]);
        Assert.Equal(nodes.Select(n => n.Port).Order(), owners.Distinct().Order()); // each slot has an owner, each node some slots
        foreach (SiloProcess node in nodes) await ClusterState.AwaitWhole(node);
        string[] ids = [.. nodes.Select(n => n.Call("CLUSTER", "MYID")!)];
        Assert.Equal(nodes.Count, ids.Distinct().Count());
        foreach (SiloProcess node in nodes)
        {
            // A node that is slow to answer on a busy machine is suspected for a moment: what is not so yet is an exception.
            await Poll.UntilAsync($"{node.NodeId} to show all nodes", () => ShowsAllNodes(node, nodes, ids, owners));
        }
    }

    private static bool ShowsAllNodes(SiloProcess node, IReadOnlyList<SiloProcess> nodes, string[] ids, int[] owners)
    {
        Assert.Contains("cluster_state:ok", node.Call("CLUSTER", "INFO"), StringComparison.Ordinal);
        string[][] rows = [.. node.Call("CLUSTER", "NODES")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(' '))];
        Assert.Equal(nodes.Count, rows.Length);
        foreach ((SiloProcess other, string id) in nodes.Zip(ids))
        {
            string[] row = Assert.Single(rows, r => r[0] == id);
            Assert.StartsWith($"127.0.0.1:{other.Port}@", row[1], StringComparison.Ordinal);
            Assert.Equal(other == node ? "myself,master" : "master", row[2]);
            Assert.Equal("connected", row[7]);
            Assert.Equal(Enumerable.Range(0, owners.Length).Where(s => owners[s] == other.Port), row[8..].SelectMany(SlotsOf));
        }

        return true;
    }

    public static string Cli(SiloProcess node, params string[] words) =>
        Tool.Run("redis-cli", null, ["-p", Text(node.Port), .. words]).TrimEnd('\n');

    /// <summary>Two keys whose shards differ, whatever nodes there are.</summary>
    public static (string One, string Other) KeysOfTwoShards { get; } = TwoShards();

    private static (string One, string Other) TwoShards()
    {
        var slots = SlotMap.Create(ClusterState.Shards);
        int ShardOf(string key) => slots.OwnerOf(new SlotId(ClusterState.SlotOf(key))).Value;
        return ("x0", Enumerable.Range(1, 1000).Select(i => "x" + Text(i)).First(k => ShardOf(k) != ShardOf("x0")));
    }

    private static string Script(SiloProcess node, string commands) =>
        Tool.Run("redis-cli", commands + "\n", "-p", Text(node.Port)).TrimEnd('\n');

    private static IEnumerable<int> SlotsOf(string range)
    {
        int[] ends = [.. range.Split('-').Select(e => int.Parse(e, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private static string Name(int writer, int key) => string.Create(CultureInfo.InvariantCulture, $"n{writer}-{key}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
