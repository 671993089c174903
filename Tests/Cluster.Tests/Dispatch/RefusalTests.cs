using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>What a client hears when a shard cannot run its commands, and that nothing of a command has run then.</summary>
public sealed class RefusalTests : IDisposable
{
    private const int MiB = 1024 * 1024;
    private const string Busy = "-BUSY the shard's queue in this gateway is full (64 MiB); slow down and try again\r\n";

    private readonly DispatchBench _bench = new(gone: [3]);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void FullQueue_RefusesWithBusy_AndNothingOfACommandRuns()
    {
        TestClient first = _bench.Connect().Send($"set {_bench.Key(0)} 1"); // away, so that the rest gathers
        TestClient[] writers = [.. Enumerable.Range(0, 8).Select(_ => _bench.Connect())];
        for (int i = 0; i < writers.Length; i++)
            writers[i].SendRaw(SessionDriver.Encode("set", _bench.Key(0, 1 + i), new string('x', 8 * MiB)));

        string full = _bench.Key(0), roomy = _bench.Key(1);
        TestClient single = _bench.Connect().Send($"get {full}");
        TestClient spread = _bench.Connect().Send($"mset {roomy} 1 {full} 2");
        TestClient everywhere = _bench.Connect().Send("flushall");
        TestClient transaction = _bench.Connect().Send("multi", $"set {full} 3", "exec");
        TestClient lines = _bench.Connect().Send("batch 2", $"set {roomy} 4", $"set {full} 4");
        TestClient watcher = _bench.Connect().Send($"watch {full}");
        Assert.Equal(Busy, single.Received());
        Assert.Equal(Busy, spread.Received());
        Assert.Equal(Busy, everywhere.Received());
        Assert.Equal("+OK\r\n+QUEUED\r\n" + Busy, transaction.Received());
        Assert.Equal(Busy, lines.Received());
        Assert.Equal(Busy, watcher.Received());

        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", first.Received());
        Assert.All(writers, w => Assert.Equal("+OK\r\n", w.Received()));
        single.Send($"get {full}", $"exists {roomy}");
        _bench.AnswerAll();
        Assert.Equal("$1\r\n1\r\n:0\r\n", single.Received());
    }

    /// <summary>EXEC runs in one shard, so it could not look at the other's key. What was watched before stays so.</summary>
    [Fact]
    public void Watch_OfKeysInTwoShards_IsRefusedAtOnce()
    {
        TestClient client = _bench.Connect().Send($"watch {_bench.Key(0)}");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", client.Received());
        client.Send($"watch {_bench.Key(0, 1)} {_bench.Key(1)}");
        _bench.AnswerAll();
        Assert.Equal("-CROSSSLOT Keys in request don't hash to the same slot\r\n", client.Received());

        TestClient other = _bench.Connect().Send($"set {_bench.Key(0)} 1");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", other.Received());
        client.Send("multi", $"set {_bench.Key(0)} 2", "exec");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n+QUEUED\r\n*-1\r\n", client.Received());
    }

    [Fact]
    public void ShardOnItsWay_IsTriedAgain_AndThenRefusedWithTryAgain()
    {
        TestClient client = _bench.Connect().Send($"incr {_bench.Key(0)}");
        int tries = 0;
        while (client.Received() is var received)
        {
            if (received.Length > 0)
            {
                Assert.Equal("-TRYAGAIN the shard is on its way to another node; try again later\r\n", received);
                break;
            }

            tries++;
            _bench.Shard[0].Answer(ShardStatus.Retry);
            _bench.Turn();
            _bench.PassRetryTime();
        }

        Assert.Equal(1_001, tries);
        client.Send($"incr {_bench.Key(0)}");
        _bench.Shard[0].Answer(ShardStatus.Retry);
        _bench.Turn();
        Assert.Equal(0, _bench.Shard[0].Waiting);
        _bench.PassRetryTime();
        Assert.Equal(1, _bench.Shard[0].Waiting);
        _bench.AnswerAll();
        Assert.Equal(":1\r\n", client.Received());
    }

    [Fact]
    public void ShardOfANodeThatIsDown_IsClusterDown_AndTheOthersAnswer()
    {
        TestClient client = _bench.Connect().Send($"get {_bench.Key(0)}", $"get {_bench.Key(3)}", $"mget {_bench.Key(0)} {_bench.Key(3)}");
        _bench.AnswerAll();
        const string Down = "-CLUSTERDOWN Hash slot not served: node gone is down\r\n";
        Assert.Equal("$-1\r\n" + Down + Down, client.Received());
        Assert.Equal(0, _bench.Shard[3].Calls);
    }

    [Theory]
    [InlineData("mset {0} 1 {3} 2")]
    [InlineData("del {0} {3}")]
    [InlineData("unlink {0} {3}")]
    [InlineData("touch {0} {3}")]
    [InlineData("mget {0} {3}")]
    [InlineData("flushall")]
    [InlineData("dbsize")]
    public void CommandWithAPartForANodeThatIsDown_IsRefusedWhole(string command)
    {
        TestClient client = _bench.Connect().Send(string.Format(null, command, _bench.Key(0), "", "", _bench.Key(3)));
        Assert.Equal("-CLUSTERDOWN Hash slot not served: node gone is down\r\n", client.Received());
        Assert.All(_bench.Shard, shard => Assert.Equal(0, shard.Calls));
    }

    [Fact]
    public void NodeThatTakesNoConnection_IsClusterDownAtOnce_AndSuspected()
    {
        TestClient client = _bench.Connect().Send($"incr {_bench.Key(0)}");
        _bench.Shard[0].Fail(NotConnected(DispatchBench.AddressOf(2)));
        _bench.Turn();
        Assert.Equal("-CLUSTERDOWN Hash slot not served: its node cannot be reached\r\n", client.Received());
        Assert.Equal(["there"], _bench.Unreachable);
    }

    // As Orleans words it.
    private static OrleansException NotConnected(SiloAddress silo) => new(
        "Exception while sending message: Orleans.Runtime.Messaging.ConnectionFailedException: Unable to connect to endpoint " + silo
            + ".");

    [Theory]
    [InlineData(ShardStatus.Refused, "-ERR why\r\n")]
    [InlineData(ShardStatus.Unknown,
        "-MISCONF the journal could not be written: the outcome of these commands is unknown; see the server's log\r\n")]
    public void ShardThatRefuses_IsQuoted(ShardStatus status, string expected)
    {
        TestClient client = _bench.Connect().Send($"get {_bench.Key(0)}");
        _bench.Shard[0].Answer(status, "why");
        _bench.Turn();
        Assert.Equal(expected, client.Received());
    }

    [Fact]
    public void CallThatFails_SaysWhatIsKnown()
    {
        TestClient client = _bench.Connect();
        foreach ((Exception failure, string start) in ((Exception, string)[])[
            (new TimeoutException(), "-ERR the shard's node did not answer in time"),
            (new ShardUnavailableException("moved away"), "-CLUSTERDOWN Hash slot not served: moved away"),
            (new InvalidOperationException(),
                "-ERR the call to the shard failed (InvalidOperationException): whether the command ran is not known")])
        {
            client.Send($"get {_bench.Key(0)}");
            _bench.Shard[0].Fail(failure);
            _bench.Turn();
            Assert.StartsWith(start, client.Received(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mset {0} 1 {1}", "-ERR wrong number of arguments for 'mset' command\r\n")]
    [InlineData("mset {0} 1 {2}", "-ERR wrong number of arguments for 'mset' command\r\n")]
    [InlineData("msetnx {0} 1 {1} 2", "-CROSSSLOT Keys in request don't hash to the same slot\r\n")]
    public void MalformedCommandOfManyKeys_IsItsSendersErrorAlone(string command, string error)
    {
        TestClient wrong = _bench.Connect(), right = _bench.Connect();
        right.Send($"incr {_bench.Key(1)}"); // away: what follows shares one call
        wrong.Send(string.Format(
            System.Globalization.CultureInfo.InvariantCulture, command, _bench.Key(0), _bench.Key(1), _bench.Key(0, 1)));
        right.SendRaw("");
        TestClient other = _bench.Connect().Send($"incr {_bench.Key(1)}", $"exists {_bench.Key(0)}");
        _bench.AnswerAll();
        Assert.Equal(error, wrong.Received());
        Assert.Equal(":1\r\n", right.Received());
        Assert.Equal(":2\r\n:0\r\n", other.Received());
    }

    [Fact]
    public void AnswerThatIsNoReply_IsOneClientsError()
    {
        TestClient victim = _bench.Connect(), other = _bench.Connect();
        victim.Send($"mget {_bench.Key(0)} {_bench.Key(1)}", $"get {_bench.Key(2)}");
        other.Send($"get {_bench.Key(2)}");
        _bench.Shard[0].AnswerWith("*nonsense\r\n");
        _bench.AnswerAll();
        Assert.Equal("-ERR internal error in 'mget', see the server's log\r\n$-1\r\n", victim.Received());
        Assert.Equal("$-1\r\n", other.Received());
        Assert.Single(_bench.Gateway.Faults);
    }
}
