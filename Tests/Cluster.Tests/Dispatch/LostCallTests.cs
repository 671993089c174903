using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>
/// A shard's node goes down, or leads it no longer, while a call is with it: what has only read is asked again, and what may have changed
/// something is said to be unknown.
/// </summary>
public sealed class LostCallTests : IDisposable
{
    private const string Lost = "-ERR the shard's node went down: whether the command ran is not known\r\n";

    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Read_IsAskedAgain_AsOftenAsItIsLost()
    {
        TestClient client = _bench.Connect().Send($"get {_bench.Key(0)}");
        LoseCall(0);
        _bench.Shard[0].Answer(ShardStatus.Deposed);
        _bench.Turn();
        Assert.Equal("", client.Received());
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n", client.Received());
        Assert.Equal(3, _bench.Shard[0].Calls);
    }

    [Fact]
    public void Write_IsNotAskedAgain()
    {
        TestClient client = _bench.Connect().Send($"incr {_bench.Key(0)}");
        LoseCall(0);
        Assert.Equal(Lost, client.Received());
        client.Send($"incr {_bench.Key(0)}");
        _bench.Shard[0].Answer(ShardStatus.Deposed);
        _bench.Turn();
        Assert.Equal("-ERR the shard has another leader meanwhile: whether the command ran is not known\r\n", client.Received());
        Assert.Equal(2, _bench.Shard[0].Calls);
    }

    [Fact]
    public void Pipeline_ReadsBehindItsChangesAreAskedAgain_ThoseBeforeThemFailWithThem()
    {
        string key = _bench.Key(0);
        TestClient client = _bench.Connect().Send($"get {key}", $"set {key} 1", $"get {key}", $"exists {key}");
        LoseCall(0);
        _bench.AnswerAll();
        Assert.Equal(Lost + Lost + "$-1\r\n:0\r\n", client.Received());
    }

    [Fact]
    public void Reader_WhoseCallOthersWroteWith_IsAnswered()
    {
        string key = _bench.Key(0);
        TestClient first = _bench.Connect().Send($"get {key}"); // away, so that the rest gathers
        TestClient writer = _bench.Connect(), reader = _bench.Connect();
        writer.SendRaw(SessionDriver.Encode("set", key, "1"));
        reader.Send($"get {key}");
        _bench.Shard[0].Answer();
        _bench.Turn();
        Assert.Equal("$-1\r\n", first.Received());
        LoseCall(0);
        Assert.Equal((Lost, ""), (writer.Received(), reader.Received()));
        _bench.AnswerAll();
        Assert.Equal("$-1\r\n", reader.Received());
    }

    [Fact]
    public void ReadOfSeveralShards_AsksAgainForThePartThatIsLost()
    {
        TestClient client = _bench.Connect().Send($"set {_bench.Key(1)} one");
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", client.Received());
        client.Send($"mget {_bench.Key(0)} {_bench.Key(1)}", "dbsize");
        LoseCall(0);
        _bench.AnswerAll();
        Assert.Equal("*2\r\n$-1\r\n$3\r\none\r\n:1\r\n", client.Received());
        Assert.Equal((2, 2), (_bench.Shard[0].Calls, _bench.Shard[1].Calls));
    }

    [Fact]
    public void Transaction_IsNotAskedAgain()
    {
        TestClient client = _bench.Connect().Send("multi", $"get {_bench.Key(0)}", "exec");
        LoseCall(0);
        Assert.Equal("+OK\r\n+QUEUED\r\n" + Lost, client.Received());
        Assert.Equal(1, _bench.Shard[0].Calls);
    }

    private void LoseCall(int shard)
    {
        _bench.Shard[shard].Fail(new SiloUnavailableException());
        _bench.Turn();
    }
}
