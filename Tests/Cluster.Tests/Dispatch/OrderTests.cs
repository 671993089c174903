using OrleansKv.Cluster.Tests.Dispatch.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>
/// Replies come in the order of the commands, whatever the order of the shards' answers, and to those who are still there.
/// </summary>
public sealed class OrderTests : IDisposable
{
    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Replies_OfManyShards_ComeInTheOrderOfTheCommands()
    {
        string[] keys = [.. Enumerable.Range(0, 12).Select(i => _bench.Key(i % DispatchBench.Shards, i / DispatchBench.Shards))];
        TestClient client = _bench.Connect();
        client.Send([.. keys.Select((k, i) => $"set {k} v{i}"), .. keys.Reverse().Select(k => $"get {k}"),
            $"mget {string.Join(' ', keys)}"]);
        foreach (int shard in (int[])[2, 0, 3])
        {
            _bench.Shard[shard].Answer();
            _bench.Turn();
            Assert.Equal("", client.Received());
        }

        _bench.Shard[1].Answer();
        _bench.Turn();
        Assert.Equal(
            string.Concat(Enumerable.Repeat("+OK\r\n", 12)) + string.Concat(Enumerable.Range(0, 12).Reverse().Select(Bulk)) + "*12\r\n"
                + string.Concat(Enumerable.Range(0, 12).Select(Bulk)),
            client.Received());
        Assert.All(_bench.Shard, s => Assert.Equal(1, s.Calls));

        static string Bulk(int i) => $"${$"v{i}".Length}\r\nv{i}\r\n";
    }

    [Fact]
    public void Commands_OfOtherSessions_GatherBehindTheCallThatIsAway()
    {
        TestClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => _bench.Connect())];
        foreach (TestClient client in clients) client.Send($"incr {_bench.Key(0)}");
        Assert.Equal(1, _bench.Shard[0].Calls);
        _bench.AnswerAll();
        Assert.Equal(2, _bench.Shard[0].Calls);
        Assert.Equal([":1\r\n", ":2\r\n", ":3\r\n"], clients.Select(c => c.Received()));
    }

    [Fact]
    public void SessionThatCloses_WhileItsCallsAreAway_LeavesTheOthersTheirs()
    {
        TestClient leaver = _bench.Connect(), other = _bench.Connect();
        leaver.Send("set " + _bench.Key(0) + " 1", "get " + _bench.Key(1));
        other.Send("get " + _bench.Key(0), "get " + _bench.Key(1));
        leaver.Session.Closed();
        _bench.AnswerAll();
        Assert.Equal("", leaver.Received());
        Assert.Equal(0, leaver.Session.Output.Length);
        Assert.False(leaver.Session.IsWaiting);
        Assert.Equal("$1\r\n1\r\n$-1\r\n", other.Received());
        other.Send("get " + _bench.Key(0)); // the lanes are in order
        _bench.AnswerAll();
        Assert.Equal("$1\r\n1\r\n", other.Received());
    }

    [Fact]
    public void ProtocolError_ComesBehindTheRepliesBeforeIt()
    {
        TestClient client = _bench.Connect().SendRaw("get " + _bench.Key(0) + "\r\n*x\r\n");
        Assert.Equal("", client.Received());
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n-ERR Protocol error: invalid multibulk length\r\n", client.Received());
    }

    [Fact]
    public void MoreThanABatch_IsAnsweredWhole()
    {
        TestClient client = _bench.Connect().Send([.. Enumerable.Range(0, 200).Select(i => $"incr {_bench.Key(1)}")]);
        _bench.AnswerAll();
        Assert.Equal(string.Concat(Enumerable.Range(1, 200).Select(i => $":{i}\r\n")), client.Received());
        Assert.Equal(4, _bench.Shard[1].Calls);
    }
}
