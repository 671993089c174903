using OrleansKv.Cluster.Tests.Dispatch.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>What INFO, SLOWLOG and LATENCY know of commands that ran elsewhere.</summary>
public sealed class CountTests : IDisposable
{
    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Commands_AreCountedOnceEach_AndFailedOnesAsSuch()
    {
        string key = _bench.Key(0), other = _bench.Key(1);
        TestClient client = _bench.Connect()
            .Send($"set {key} x", $"set {other} 1", $"incr {key}", $"incr {other}", $"incr {other}", $"mget {key} {other}", $"get {key}");
        _bench.AnswerAll();
        client.Send("multi", $"get {key}", $"incr {key}", "exec");
        _bench.AnswerAll();
        client.Send($"watch {key}");
        _bench.AnswerAll();
        client.Send("batch 1", $"set {key} y");
        _bench.AnswerAll();
        Dictionary<string, (long, long)> counted = _bench.Gateway.Server.Metrics.Commands()
            .ToDictionary(c => c.Name, c => (c.Calls, c.Failed));
        Assert.Equal((3, 0), counted["set"]);
        Assert.Equal((4, 2), counted["incr"]);
        Assert.Equal((2, 0), counted["get"]);
        foreach (string once in (string[])["mget", "multi", "exec", "watch", "batch"]) Assert.Equal((1, 0), counted[once]);
        Assert.Equal(2, _bench.Gateway.Server.Metrics.Errors.Total);
    }

    [Fact]
    public void SlowCommands_AreInSlowLogAndLatency_WithTheirWords()
    {
        _bench.Gateway.Config.Set("slowlog-log-slower-than", "0", "latency-monitor-threshold", "1");
        _bench.Runner.SlowNs = 0;
        string key = _bench.Key(0), other = _bench.Key(1);
        TestClient client = _bench.Connect().Send($"set {key} x", $"mget {other} {key}", "dbsize");
        _bench.AnswerAll();
        client.Send("multi", $"append {key} y", "exec");
        _bench.AnswerAll();
        client.Received();
        string log = client.Send("slowlog get 20").Received();
        Assert.Contains($"$3\r\nset\r\n${key.Length}\r\n{key}\r\n$1\r\nx\r\n", log, StringComparison.Ordinal);
        Assert.Contains("$4\r\nmget\r\n", log, StringComparison.Ordinal);
        Assert.Contains("$6\r\ndbsize\r\n", log, StringComparison.Ordinal);
        Assert.Contains($"$6\r\nappend\r\n${key.Length}\r\n{key}\r\n$1\r\ny\r\n", log, StringComparison.Ordinal);

        // A command that its shard says took 5 ms.
        client.Send($"strlen {key}");
        _bench.Shard[0].AnswerSlowly(5_000_000, ":2\r\n");
        _bench.Turn();
        Assert.Equal(":2\r\n", client.Received());
        Assert.Contains("command\r\n", client.Send("latency latest").Received(), StringComparison.Ordinal);
    }

    [Fact]
    public void QuickCommands_AreNotSlow()
    {
        _bench.Gateway.Config.Set("slowlog-log-slower-than", "1000000");
        _bench.Runner.SlowNs = _bench.Gateway.Server.SlowCommands.ThresholdNs;
        TestClient client = _bench.Connect().Send($"get {_bench.Key(0)}");
        _bench.AnswerAll();
        client.Received();
        Assert.Equal(":0\r\n", client.Send("slowlog len").Received());
    }
}
