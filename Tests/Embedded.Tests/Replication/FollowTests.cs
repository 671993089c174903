using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Replication;

/// <summary>What a server that follows has and shows while its leader lives.</summary>
public sealed class FollowTests : IDisposable
{
    private const string Whole = "has a whole copy of it";
    private const string GoesOn = "goes on where it was";

    private readonly Servers _servers = new();

    public void Dispose() => _servers.Dispose();

    [Fact]
    public void Follower_HasTheKeysFromBeforeAndSince_AndRefusesWrites()
    {
        ServerProcess leader = _servers.Start("leader");
        RespClient writer = _servers.Client(leader);
        Assert.Equal("OK", writer.Call("MSET", "a", "1", "b", "2"));
        Assert.Equal("OK", writer.Call("SET", "t", "x", "EX", "1000"));
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient reader = _servers.Client(follower);
        Assert.Equal("[1, 2]", reader.Call("MGET", "a", "b"));
        Assert.Equal(writer.Call("PEXPIRETIME", "t"), reader.Call("PEXPIRETIME", "t"));
        Assert.Equal(":2", writer.Call("APPEND", "a", "1"));
        Servers.Wait(writer);
        Assert.Equal("11", reader.Call("GET", "a"));

        const string ReadOnly = "-READONLY You can't write against a read only replica.";
        string[][] writes = [["SET", "a", "2"], ["DEL", "a"], ["FLUSHALL"], ["MSET", "a", "1", "c", "2"], ["REBALANCE", "4"]];
        foreach (string[] write in writes) Assert.Equal(ReadOnly, reader.Call(write));
        Assert.Equal("OK", reader.Call("MULTI"));
        Assert.Equal(ReadOnly, reader.Call("SET", "a", "2"));
        Assert.StartsWith("-EXECABORT", reader.Call("EXEC"), StringComparison.Ordinal);

        string info = Servers.Info(reader), at = Servers.At(leader.Port);
        foreach (string line in (string[])["role:slave", "master_host:127.0.0.1", $"master_port:{leader.Port}", "slave_read_only:1",
            "master_sync_in_progress:0"]) Assert.Contains(line + "\r\n", info);
        Assert.Contains("role:master\r\nconnected_slaves:1\r\nslave0:ip=127.0.0.1,port="
            + $"{follower.Port},state=online,offset=", Servers.Info(writer));
        Assert.StartsWith($"[slave, 127.0.0.1, :{leader.Port}, connected, :", reader.Call("ROLE"), StringComparison.Ordinal);
        Assert.StartsWith("[master, :", writer.Call("ROLE"), StringComparison.Ordinal);
        Assert.Equal($"[replicaof, {at.Replace(':', ' ')}]", reader.Call("CONFIG", "GET", "replicaof"));
        Assert.Equal("[slave-read-only, yes]", reader.Call("CONFIG", "GET", "slave-read-only"));
        Servers.Printed(follower, (Whole, 1));
    }

    [Fact]
    public void ExpiryEvictionAndFlush_ComeAsTheLeaderDecidesThem()
    {
        ServerProcess leader = _servers.Start("leader");
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient writer = _servers.Client(leader), reader = _servers.Client(follower);
        Assert.Equal("OK", writer.Call("DEBUG", "SET-ACTIVE-EXPIRE", "0"));
        Assert.Equal("OK", writer.Call("SET", "gone", "x", "PX", "1"));
        Servers.Wait(writer);
        Servers.Await("the key to be past its time", () => reader.Call("GET", "gone") is null);
        Assert.Equal(":1", reader.Call("DBSIZE")); // not shown, and there: the leader has not deleted it
        Assert.Null(writer.Call("GET", "gone"));
        Servers.Wait(writer);
        Assert.Equal(":0", reader.Call("DBSIZE"));

        for (int i = 0; i < 200; i++) Assert.Equal("OK", writer.Call("SET", $"k{i}", new string('v', 1000)));
        Assert.Equal("OK", writer.Call("CONFIG", "SET", "maxmemory", "100kb"));
        Servers.Await("both to have the same keys after eviction", () =>
        {
            string[] keys = Servers.Content(writer);
            return keys.Length is > 0 and < 150 && keys.SequenceEqual(Servers.Content(reader));
        });
        Assert.Equal("OK", writer.Call("FLUSHALL"));
        Servers.Wait(writer);
        Assert.Equal(":0", reader.Call("DBSIZE"));
    }

    [Fact]
    public async Task Transaction_OverSeveralShards_IsSeenWholeOrNotAtAll()
    {
        ServerProcess leader = _servers.Start("leader");
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient writer = _servers.Client(leader), reader = _servers.Client(follower);
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            for (int n = 1; !stop.IsCancellationRequested; n++)
            {
                string value = n.ToString(CultureInfo.InvariantCulture);
                writer.Call("MULTI");
                for (int i = 0; i < 8; i++) writer.Call("SET", $"t{i}", value);
                writer.Call("EXEC");
            }
        });
        var seen = new HashSet<string>();
        string[] keys = [.. Enumerable.Range(0, 8).Select(i => $"t{i}")];
        while (seen.Count < 100)
        {
            Assert.False(writing.IsFaulted, writing.Exception?.Message);
            string values = reader.Call(["MGET", .. keys])!;
            Assert.Single(values[1..^1].Split(", ").Distinct());
            seen.Add(values);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public void RandomLoad_AcrossBrokenLinks_EndsInTheSameKeys()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        ServerProcess leader = _servers.Start("leader", "--shards", "5");
        RespClient writer = _servers.Client(leader);
        for (int i = 0; i < 300; i++) Change(writer, random);
        ServerProcess follower = _servers.Follow("follower", leader);
        for (int i = 0; i < 3_000; i++)
        {
            Change(writer, random);
            if (i % 1_000 == 500) writer.Call("CLIENT", "KILL", "TYPE", "replica");
        }

        Servers.Wait(writer);
        RespClient reader = _servers.Client(follower);
        string[] expected = Servers.Content(writer);
        Assert.True(expected.SequenceEqual(Servers.Content(reader)), $"seed {seed}");
        Assert.NotEmpty(expected);
        Servers.Printed(follower, (Whole, 1));
        Assert.InRange(Servers.Count(follower, GoesOn), 0, 3);
    }

    [Fact]
    public void Chain_PassesOn_AndEachLinkMayBreak()
    {
        ServerProcess first = _servers.Start("first");
        ServerProcess second = _servers.Follow("second", first);
        RespClient writer = _servers.Client(first), middle = _servers.Client(second);
        Assert.Equal("OK", writer.Call("SET", "a", "1"));
        ServerProcess third = _servers.Follow("third", second);
        RespClient reader = _servers.Client(third);
        Assert.Equal("1", reader.Call("GET", "a"));
        middle.Call("CLIENT", "KILL", "TYPE", "replica");
        writer.Call("CLIENT", "KILL", "TYPE", "replica");
        Assert.Equal("OK", writer.Call("SET", "a", "2"));
        Servers.Await("the change to reach the last", () => reader.Call("GET", "a") == "2", second, third);
        Assert.Contains("connected_slaves:1", Servers.Info(middle));
    }

    /// <summary>The last one's link fell with each break of the one before, though nothing had changed for it.</summary>
    [Fact]
    public void Chain_WhoseFirstLinkBreaks_KeepsTheOthers()
    {
        ServerProcess first = _servers.Start("first");
        ServerProcess second = _servers.Follow("second", first);
        ServerProcess third = _servers.Follow("third", second);
        RespClient writer = _servers.Client(first), reader = _servers.Client(third);
        for (int i = 1; i <= 3; i++)
        {
            writer.Call("CLIENT", "KILL", "TYPE", "replica");
            Servers.Printed(second, ("goes on where it was", i));
            Assert.Equal("OK", writer.Call("SET", "a", $"{i}"));
            Servers.Await("the change to reach the last", () => reader.Call("GET", "a") == $"{i}", second, third);
        }

        Servers.Printed(third, ("Follows the leader", 1), ("is down", 0));
    }

    /// <summary>Nobody leads then: all refuse writes. Each link that came back broke the next one, round and round.</summary>
    [Fact]
    public void Ring_HasItsLinks_AndGoesOnWhenOneLeads()
    {
        ServerProcess first = _servers.Start("first");
        RespClient one = _servers.Client(first);
        Assert.Equal("OK", one.Call("SET", "a", "1"));
        ServerProcess second = _servers.Follow("second", first);
        ServerProcess third = _servers.Follow("third", second);
        ServerProcess[] all = [first, second, third];
        Assert.Equal("OK", one.Call("REPLICAOF", "127.0.0.1", third.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Servers.Printed(first, ("Follows the leader", 1));
        Servers.Printed(second, ("goes on where it was", 1));
        foreach (ServerProcess server in all) _servers.AwaitLink(server);
        foreach (ServerProcess server in all)
            Assert.Contains("READONLY", _servers.Client(server).Call("SET", "a", "2"), StringComparison.Ordinal);
        Servers.Printed(third, ("Follows the leader", 1), ("is down", 0));
        Assert.Equal("OK", one.Call("REPLICAOF", "NO", "ONE"));
        Assert.Equal("OK", one.Call("SET", "a", "3"));
        Servers.Await("the change to reach the last", () => _servers.Client(third).Call("GET", "a") == "3", all);
    }

    [Fact]
    public void Rebalance_OfTheLeader_GivesTheFollowerAWholeCopyWithItsShards()
    {
        ServerProcess leader = _servers.Start("leader", "--shards", "3");
        RespClient writer = _servers.Client(leader);
        for (int i = 0; i < 500; i++) writer.Call("SET", $"k{i}", "v");
        ServerProcess follower = _servers.Follow("follower", leader);
        RespClient reader = _servers.Client(follower);
        Assert.Equal("[shards, 3]", reader.Call("CONFIG", "GET", "shards"));
        Assert.StartsWith("OK", writer.Call("REBALANCE", "7"), StringComparison.Ordinal);
        Servers.Await("the follower to have as many shards", () => reader.Call("CONFIG", "GET", "shards") == "[shards, 7]"
            && Servers.Info(reader).Contains("link_status:up", StringComparison.Ordinal), leader, follower);
        writer.Call("SET", "last", "1");
        Servers.Wait(writer);
        Assert.Equal(Servers.Content(writer), Servers.Content(reader));
    }

    [Fact]
    public void SlowFollower_IsCutOff_WhenTheBacklogIsFull()
    {
        ServerProcess leader = _servers.Start("leader", "--repl-backlog", "1mb");
        RespClient writer = _servers.Client(leader), deaf = _servers.Client(leader);
        // A follower of nothing, which never reads: u32 map | u16 no positions | u32 no tenures.
        deaf.SendRaw(RespClient.Encode("REPLSTREAM", "1", "other", "1", new string('\0', 10)));
        Servers.Await("it to be a follower", () => Servers.Info(writer).Contains("connected_slaves:1", StringComparison.Ordinal));
        string value = new('v', 1_000_000);
        Servers.Await("it to be cut off", () =>
        {
            writer.Call("SET", "k", value);
            return leader.Printed.Contains("ends: it is slow", StringComparison.Ordinal);
        }, leader);
        Servers.Await("it to be gone", () => Servers.Info(writer).Contains("connected_slaves:0", StringComparison.Ordinal));
    }

    [Fact]
    public void InMemory_BothSides()
    {
        ServerProcess leader = _servers.Start("leader", "--persistence", "off");
        RespClient writer = _servers.Client(leader);
        writer.Call("SET", "a", "1");
        ServerProcess follower = _servers.Follow("follower", leader, "--persistence", "off");
        RespClient reader = _servers.Client(follower);
        writer.Call("MSET", "a", "2", "b", "3");
        Servers.Wait(writer);
        Assert.Equal("[2, 3]", reader.Call("MGET", "a", "b"));
        writer.Call("CLIENT", "KILL", "TYPE", "replica");
        writer.Call("INCR", "a");
        Servers.Wait(writer);
        Assert.Equal("[3, 3]", reader.Call("MGET", "a", "b"));
        Servers.Printed(follower, (GoesOn, 1));
    }

    private static void Change(RespClient client, Random random)
    {
        string key = $"k{random.Next(400)}", value = random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);
        switch (random.Next(10))
        {
            case 0:
                client.Call("DEL", key);
                break;
            case 1:
                client.Call("SET", key, value, "EX", "10000");
                break;
            case 2:
                client.Call("APPEND", key, value);
                break;
            case 3:
                client.Call("EXPIRE", key, "5000");
                break;
            case 4:
                client.Call("MSET", key, value, $"k{random.Next(400)}", value);
                break;
            case 5:
                client.Call("SETRANGE", key, "3", value);
                break;
            case 6 when random.Next(100) == 0:
                client.Call("FLUSHALL");
                break;
            default:
                client.Call("SET", key, value);
                break;
        }
    }
}
