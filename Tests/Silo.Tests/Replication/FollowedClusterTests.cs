using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>A one-process server follows a cluster of three processes through one of them (docs/adr/0026).</summary>
[Collection(ReplicatedCollection.Name)]
public sealed class FollowedClusterTests(ReplicatedCluster cluster) : IAsyncLifetime
{
    /// <summary>Writes before something is done: a run with fewer shows nothing.</summary>
    private const int WritesBefore = 500;

    private readonly ClusterFollowers _followers = new();

    private SiloProcess First => cluster.Nodes[0];

    private SiloProcess Second => cluster.Nodes[1];

    private SiloProcess Third => cluster.Nodes[2];

    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync()
    {
        _followers.Dispose();
        return Task.CompletedTask;
    }

    // Each node leads some shards and follows the leaders of the others: the stream is of both.
    [Fact]
    public async Task Follower_UnderLoad_GoesOnWithAnotherNodeWhenItsOwnIsKilled_AndCanBePromoted()
    {
        for (int i = 0; i < 20; i++) Assert.Equal("OK", First.Call("SET", $"ttl:{i}", "x", "EX", $"{1000 + i}"));
        using var load = new ReplicaLoad("followed", Second, Third);
        await load.WhenMore(WritesBefore);
        ServerProcess follower = _followers.Start("follower", [First, Second, Third]), other = _followers.Start("other", [Third]);
        await _followers.AwaitLink(follower, First);
        await _followers.AwaitLink(other, Third);
        RespClient reader = _followers.Client(follower);
        Assert.Equal("-READONLY You can't write against a read only replica.", reader.Call("SET", "a", "1"));
        Assert.StartsWith($"[slave, 127.0.0.1, :{First.Port}, connected, :", reader.Call("ROLE"), StringComparison.Ordinal);
        string info = First.Call("INFO", "replication")!;
        Assert.Contains("connected_slaves:2\r\n", info); // its cluster's nodes
        Assert.Contains($"stream_followers:1\r\nstream_follower0:ip=127.0.0.1,port={follower.Port},state=online,lag_bytes=", info);
        Assert.Contains($"[127.0.0.1, {follower.Port}, ", First.Call("ROLE"));
        await load.WhenMore(WritesBefore);

        First.Kill();
        await load.WhenAllAreWritten("after the first node was killed");
        await _followers.AwaitLink(follower, Second);
        await load.WhenMore(WritesBefore);
        load.Stop();
        Assert.Equal(":1", Second.Call("DEL", "ttl:0"));
        await AssertLevel(follower);
        await AssertLevel(other);
        await ClusterFollowers.Printed(follower, (ClusterFollowers.Whole, 1), (ClusterFollowers.GoesOn, 1));
        await ClusterFollowers.Printed(other, (ClusterFollowers.Whole, 1), (ClusterFollowers.GoesOn, 0));

        // What it writes as a leader is another past, which it gives up when it follows again.
        Assert.Equal("OK", reader.Call("REPLICAOF", "NO", "ONE"));
        Assert.Equal("OK", reader.Call("SET", "ttl:1", "mine"));
        Assert.Equal("OK", Second.Call("SET", "ttl:1", "theirs"));
        Assert.Equal("OK", reader.Call("REPLICAOF", "127.0.0.1", Second.Port.ToString(CultureInfo.InvariantCulture)));
        await _followers.AwaitLink(follower, Second);
        await AssertLevel(follower);
        Assert.Equal("theirs", reader.Call("GET", "ttl:1"));
        await ClusterFollowers.Printed(follower, (ClusterFollowers.Whole, 2));
    }

    [Fact]
    public async Task WriteThatWasNeverCommitted_IsSeenByNoFollower_NeitherOfItsLeaderNorInACopyOfIt()
    {
        Assert.Equal(0, Third.Terminate());
        cluster.Start(Third, "--enable-faults", "yes");
        await cluster.AwaitSettled();
        int[] owners = ClusterState.Owners(First);
        string key = Enumerable.Range(0, 1000).Select(i => $"doubtful:{i}").First(k => owners[ClusterState.SlotOf(k)] == Third.Port);
        Assert.Equal("OK", Third.Call("SET", key, "old"));
        ServerProcess follower = _followers.Start("follower", [Third, First]);
        await _followers.AwaitLink(follower, Third);
        RespClient reader = _followers.Client(follower);
        await ClusterFollowers.Await("the key", () => reader.Call("GET", key) == "old", follower);

        Assert.Equal("OK", Third.Call("FAULT", "SET", "partition", "node1,node2"));
        Assert.StartsWith("-NOREPLICAS", Third.Call("SET", key, "lost"), StringComparison.Ordinal);
        ServerProcess late = _followers.Start("late", [Third, First]); // a copy of the leader's state has the write
        RespClient lateReader = _followers.Client(late);
        await ClusterFollowers.Await("the copy to come", () => ClusterFollowers.Info(lateReader) is var info
            && (info.Contains("master_sync_in_progress:1\r\n", StringComparison.Ordinal)
                || info.Contains($"master_port:{First.Port}\r\n", StringComparison.Ordinal)), late);
        Assert.Equal("old", reader.Call("GET", key));
        Third.Kill();
        await _followers.AwaitLink(follower, First);
        await _followers.AwaitLink(late, First);
        Assert.Equal(("old", "old"), (reader.Call("GET", key), lateReader.Call("GET", key)));
        await Poll.UntilAsync("the shard to have another leader", () => First.Call("SET", key, "new") == "OK");
        await ClusterFollowers.Await("the new value", () => reader.Call("GET", key) == "new", follower);
        await ClusterFollowers.Await("the new value", () => lateReader.Call("GET", key) == "new", late);
        await ClusterFollowers.Printed(follower, (ClusterFollowers.Whole, 1), (ClusterFollowers.GoesOn, 1));
        await ClusterFollowers.Printed(late, (ClusterFollowers.Whole, 1));
    }

    [Fact]
    public async Task Password_MustBeTheNodes()
    {
        using RespClient node = First.Connect();
        Assert.Equal("OK", node.Call("CONFIG", "SET", "requirepass", "secret"));
        try
        {
            ServerProcess follower = _followers.Start("follower", [First]);
            await ClusterFollowers.Printed(follower, ("is down: it asks for a password: set --masterauth", 1));
            Assert.Equal("OK", _followers.Client(follower).Call("CONFIG", "SET", "masterauth", "secret"));
            await _followers.AwaitLink(follower, First);
        }
        finally
        {
            Assert.Equal("OK", node.Call("CONFIG", "SET", "requirepass", ""));
        }
    }

    private async Task AssertLevel(ServerProcess follower)
    {
        using RespClient node = Second.Connect(), server = follower.Connect();
        string[] expected = ClusterFollowers.Content(node, ofCluster: true), found = [];
        await ClusterFollowers.Await("the follower to have all", () =>
        {
            found = ClusterFollowers.Content(server, ofCluster: false);
            return expected.SequenceEqual(found);
        }, follower);
        Assert.NotEmpty(expected);
    }
}
