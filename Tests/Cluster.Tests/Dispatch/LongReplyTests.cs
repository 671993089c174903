using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>Replies that are long in sum, or each: nothing is lost, the order stays, and little is held at a time.</summary>
public sealed class LongReplyTests : IDisposable
{
    private const int Long = BatchFormat.LongReplyBytes;

    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void PipelineOfLongReads_ComesOneAfterTheOther()
    {
        const int Reads = 12;
        const int Bytes = 2 * Long;
        string[] keys = [.. Enumerable.Range(0, Reads).Select(i => _bench.Key(i % DispatchBench.Shards, i / DispatchBench.Shards))];
        TestClient client = _bench.Connect();
        for (int i = 0; i < Reads; i++) Set(client, keys[i], (char)('a' + i), Bytes);
        client.Send([.. keys.Select(k => $"get {k}"), "incr n"]);
        _bench.AnswerAll();
        AssertSame(string.Concat(Enumerable.Range(0, Reads).Select(i => Bulk((char)('a' + i), Bytes))) + ":1\r\n", client.Received());
        Assert.All(_bench.Shard, s => Assert.InRange(s.LongestAnswer, 1, Bytes + 100));
        Assert.InRange(client.LongestSend, 1, Bytes + 100);
    }

    [Fact]
    public void RepliesThatAreLongTogether_KeepOrderAndRunOnce()
    {
        const int Bytes = Long / 4;
        TestClient client = _bench.Connect();
        string a = _bench.Key(0), b = _bench.Key(1);
        Set(client, a, 'a', Bytes);
        Set(client, b, 'b', Bytes);
        string[] turn = [$"incr {_bench.Key(0, 1)}", $"get {a}", $"incr {_bench.Key(1, 1)}", $"get {b}", $"mget {a} {b}"];
        client.Send([.. Enumerable.Repeat(turn, 8).SelectMany(t => t)]);
        TestClient other = _bench.Connect().Send($"incr {_bench.Key(0, 1)}");
        _bench.AnswerAll();
        string expected = string.Concat(Enumerable.Range(1, 8)
            .Select(i => $":{i}\r\n{Bulk('a', Bytes)}:{i}\r\n{Bulk('b', Bytes)}*2\r\n{Bulk('a', Bytes)}{Bulk('b', Bytes)}"));
        string received = client.Received();
        // The other client's increment may have come between.
        AssertSame(Digitless(expected), Digitless(received));
        Assert.Equal(":", other.Received()[..1]);
        Assert.All(_bench.Shard, s => Assert.InRange(s.LongestAnswer, 0, 2 * Long));
    }

    [Fact]
    public void LongRepliesOfWrites_AreNotLost()
    {
        const int Bytes = 2 * Long;
        TestClient client = _bench.Connect();
        for (int i = 0; i < 16; i++) Set(client, _bench.Key(i % 4, i / 4), (char)('a' + i), Bytes);
        client.Send([.. Enumerable.Range(0, 16).Select(i => $"getdel {_bench.Key(i % 4, i / 4)}")]);
        _bench.AnswerAll();
        AssertSame(string.Concat(Enumerable.Range(0, 16).Select(i => Bulk((char)('a' + i), Bytes))), client.Received());
    }

    [Fact]
    public void MGet_OfLongParts_AsksForOnePartAtATime()
    {
        const int Bytes = 2 * Long;
        TestClient client = _bench.Connect();
        for (int i = 0; i < 4; i++) Set(client, _bench.Key(i), (char)('a' + i), Bytes);
        int before = _bench.Shard.Sum(s => s.Calls);
        client.Send($"mget {string.Join(' ', Enumerable.Range(0, 4).Select(i => _bench.Key(i)))}");
        foreach (HeldShard shard in _bench.Shard) shard.Answer();
        _bench.Turn();
        for (int part = 0; part < 4; part++)
        {
            Assert.Equal(1, _bench.Shard.Sum(s => s.Waiting));
            Assert.Equal("", client.Received());
            _bench.Shard.Single(s => s.Waiting > 0).Answer();
            _bench.Turn();
        }

        AssertSame("*4\r\n" + string.Concat(Enumerable.Range(0, 4).Select(i => Bulk((char)('a' + i), Bytes))), client.Received());
        Assert.Equal(8, _bench.Shard.Sum(s => s.Calls) - before);
    }

    [Fact]
    public void Exec_BehindLongReplies_RunsOnceAndWhole()
    {
        TestClient reader = _bench.Connect(), client = _bench.Connect();
        Set(client, _bench.Key(0), 'a', Long - 100);
        reader.Send($"incr {_bench.Key(0, 1)}"); // away: the rest shares a call
        TestClient second = _bench.Connect().Send($"get {_bench.Key(0)}", $"get {_bench.Key(0)}");
        client.Send($"watch {_bench.Key(0, 2)}");
        _bench.AnswerAll();
        TestClient third = _bench.Connect();
        reader.Send($"incr {_bench.Key(0, 1)}");
        second.Received();
        second.Send($"get {_bench.Key(0)}", $"get {_bench.Key(0)}", $"get {_bench.Key(0)}");
        client.Send("multi", $"incr {_bench.Key(0, 2)}", "ping", $"incr {_bench.Key(0, 2)}", "exec");
        third.Send($"incr {_bench.Key(0, 3)}"); // behind it
        _bench.AnswerAll();
        Assert.EndsWith("*3\r\n:1\r\n+PONG\r\n:2\r\n", client.Received(), StringComparison.Ordinal);
        Assert.Equal(":1\r\n", third.Received());
        Assert.Equal(3 * Bulk('a', Long - 100).Length, second.Received().Length);
    }

    [Fact]
    public void SlowReader_IsNotSentMoreBeforeItHasTakenWhatItHas()
    {
        TestClient client = _bench.Connect();
        for (int i = 0; i < 3; i++) Set(client, _bench.Key(0, i), 'x', 2 * Long);
        client.Driver.Gateway.Worker.Batch.Clear();
        client.Send($"get {_bench.Key(0)}", $"get {_bench.Key(0, 1)}", $"get {_bench.Key(0, 2)}");
        _bench.Shard[0].Answer();
        int calls = _bench.Shard[0].Calls;
        // The transport looks at the session, which has nothing to send yet: the first is asked alone.
        _bench.Turn();
        Assert.Equal(calls + 1, _bench.Shard[0].Calls);
        _bench.Shard[0].Answer();
        _bench.Dispatcher.TakeAnswers(_bench.Gateway.Worker, static _ => { }); // nothing is sent: the peer does not read
        _bench.EndTurn();
        Assert.True(client.Session.StoppedEarly);
        Assert.Equal(0, client.Session.Process([], _bench.Gateway.Worker));
        _bench.EndTurn();
        Assert.Equal(calls + 1, _bench.Shard[0].Calls);
        client.GoOn();
        _bench.AnswerAll();
        Assert.Equal(3 * Bulk('x', 2 * Long).Length, client.Received().Length);
    }

    [Fact]
    public void SessionThatCloses_WithDeferredReplies_LeavesNothingBehind()
    {
        TestClient client = _bench.Connect(), other = _bench.Connect();
        Set(client, _bench.Key(0), 'x', 2 * Long);
        client.Send($"get {_bench.Key(0)}", $"get {_bench.Key(0)}");
        _bench.Shard[0].Answer();
        _bench.Turn();
        client.Session.Closed();
        _bench.AnswerAll();
        Assert.Null(client.Session.Deferred);
        other.Send($"strlen {_bench.Key(0)}");
        _bench.AnswerAll();
        Assert.Equal($":{2 * Long}\r\n", other.Received());
    }

    private void Set(TestClient client, string key, char letter, int bytes)
    {
        client.SendRaw(SessionDriver.Encode("set", key, new string(letter, bytes)));
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", client.Received());
    }

    private static string Bulk(char letter, int bytes) => $"${bytes}\r\n{new string(letter, bytes)}\r\n";

    private static string Digitless(string text) => System.Text.RegularExpressions.Regex.Replace(text, @":\d+", ":n");

    // A message with the whole of it would be megabytes.
    private static void AssertSame(string expected, string actual)
    {
        if (expected == actual) return;
        int same = expected.AsSpan().CommonPrefixLength(actual);
        Assert.Fail($"{actual.Length} bytes instead of {expected.Length}, other from {same} on");
    }
}
