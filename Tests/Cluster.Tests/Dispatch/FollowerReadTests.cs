using OrleansKv.Cluster.Tests.Dispatch.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>READONLY: what this node's own copy answers, and what the leader does.</summary>
public sealed class FollowerReadTests : IDisposable
{
    private readonly DispatchBench _bench = new();
    private readonly FakeFollower _copy = new();

    public FollowerReadTests() => _bench.Followers[0] = _copy;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Reads_OfAConnectionThatAskedForIt_AreTheCopys_AndWritesTheLeaders()
    {
        TestClient client = ReadOnly();
        client.Send($"get {_bench.Key(0)}");
        Assert.Equal("+copy\r\n", Taken(client));
        client.Send($"mget {_bench.Key(0)} {_bench.Key(0)}");
        Assert.Equal("+copy\r\n", Taken(client));
        Assert.Equal((2, 0), (_copy.Reads, _bench.Shard[0].Calls));
        client.Send($"set {_bench.Key(0)} 1");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", client.Received());
        client.Send("readwrite", $"get {_bench.Key(0)}");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n$1\r\n1\r\n", client.Received());
        Assert.Equal((2, 2), (_copy.Reads, _bench.Shard[0].Calls));
    }

    [Fact]
    public void OtherConnections_OtherShards_AndTransactions_AreTheLeaders()
    {
        TestClient other = _bench.Connect().Send($"get {_bench.Key(0)}");
        TestClient client = ReadOnly().Send($"get {_bench.Key(1)}", "multi", $"get {_bench.Key(0)}", "exec");
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n", other.Received());
        Assert.Equal("$-1\r\n+OK\r\n+QUEUED\r\n*1\r\n$-1\r\n", client.Received());
        Assert.Equal(0, _copy.Reads);
    }

    [Fact]
    public void ReadBeforeAWriteOfTheSamePipeline_GoesTheWritesWay()
    {
        TestClient client = ReadOnly().Send($"get {_bench.Key(0)}", $"set {_bench.Key(0)} 1", $"exists {_bench.Key(0)}");
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n+OK\r\n+copy\r\n", client.Received());
        Assert.Equal((1, 1), (_copy.Reads, _bench.Shard[0].Calls));
    }

    [Fact]
    public void CopyThatCannotBeRead_LeavesItToTheLeader()
    {
        _copy.IsReadable = false;
        TestClient client = ReadOnly().Send($"get {_bench.Key(0)}");
        Assert.Equal(1, _bench.Shard[0].Waiting);
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n", client.Received());
    }

    [Fact]
    public void CopyThatFails_IsTheReadersErrorAlone()
    {
        _copy.Failure = new OutOfMemoryException();
        TestClient client = ReadOnly().Send($"get {_bench.Key(0)}");
        Assert.Equal("-ERR the read failed (OutOfMemoryException)\r\n", Taken(client));
        _copy.Failure = null;
        client.Send($"get {_bench.Key(0)}");
        Assert.Equal("+copy\r\n", Taken(client));
    }

    private TestClient ReadOnly()
    {
        TestClient client = _bench.Connect().Send("readonly");
        Assert.Equal("+OK\r\n", client.Received());
        return client;
    }

    private string Taken(TestClient client)
    {
        _bench.Turn();
        return client.Received();
    }
}
