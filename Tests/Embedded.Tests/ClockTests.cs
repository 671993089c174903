using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>
/// What is one moment to a user has one look at the clock: a transaction with the check of its watched keys, and a command with several
/// keys.
/// </summary>
public sealed class ClockTests : IDisposable
{
    private const int ManyCommands = 60;

    private readonly FakeTimeProvider _time = TestTime.New();
    private readonly NodeStore _store;
    private readonly GatewayServer _gateway;
    private readonly Worker _worker;
    private readonly Session _session;

    public ClockTests()
    {
        _store = NodeStore.InMemory(new StoreOptions { RunHousekeeper = false, Time = _time });
        var config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null);
        var host = new StoreHost(_store, config, _ => { });
        _gateway = new GatewayServer(new LocalShardDispatcher(_store, isVolatile: true), _time) { Control = host, Config = config };
        host.Front = _gateway;
        _worker = new Worker(0, _store.CreateLockSet(), _gateway.Metrics.AddWorker());
        _session = _gateway.Sessions.TryOpen(_gateway, new NoConnection(), 10)!;
    }

    public void Dispose() => _store.Dispose();

    // Every look takes a second; the key lives for five. Two looks before its commands are the session's and the transaction's own.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exec_OfManyCommands_SeesAKeyAtTheEndAsAtTheBeginning(bool watches)
    {
        Do("set k 41 px 5000");
        if (watches) Do("watch k");
        Do("multi");
        Do("pttl k");
        for (int i = 0; i < ManyCommands; i++) Do($"incr other{i}");
        Do("incr k");
        Do("pttl k");
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        string[] replies = Do("exec").Split("\r\n");
        _time.AutoAdvanceAmount = TimeSpan.Zero;
        Assert.Equal(":42", replies[^3]);
        Assert.Equal(replies[1], replies[^2]); // the same TTL in the same moment
        Assert.InRange(int.Parse(replies[1][1..], System.Globalization.CultureInfo.InvariantCulture), 1, 5000);
        Assert.NotEqual(":-1\r\n", Do("pttl k"));
    }

    // redis-server 7.0.15: within a millisecond of the moment that the deadlines of its commands count from.
    [Fact]
    public void Time_InATransaction_IsTheMomentOfItsCommands()
    {
        Do("multi");
        Do("time");
        Do("set k v px 5000");
        Do("pexpiretime k");
        for (int i = 0; i < ManyCommands; i++) Do($"incr other{i}");
        Do("time");
        _time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(700);
        string[] replies = Do("exec").Split("\r\n");
        long momentMs = long.Parse(replies[7][1..], System.Globalization.CultureInfo.InvariantCulture) - 5000;
        foreach (string[] time in (string[][])[replies[1..6], replies[^6..^1]])
        {
            long seconds = long.Parse(time[2], System.Globalization.CultureInfo.InvariantCulture);
            long micros = long.Parse(time[4], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(momentMs * 1000, (seconds * 1_000_000) + micros);
        }
    }

    [Fact]
    public void Batch_OfManyLines_HasOneClock()
    {
        Do("set k 41 px 5000");
        Do($"batch {ManyCommands + 1}");
        for (int i = 0; i < ManyCommands; i++) Do($"incr other{i}");
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        Assert.EndsWith(":42\r\n", Do("incr k"), StringComparison.Ordinal);
    }

    // redis-server 7.0.15: a key that has expired before WATCH is as one that is not there.
    [Fact]
    public void Watch_OfAKeyThatHasExpired_DoesNotSpoilTheTransaction()
    {
        Do("set k 41 px 100");
        _time.Advance(100);
        Do("watch k");
        Do("multi");
        Do("incr k");
        Assert.Equal("*1\r\n:1\r\n", Do("exec"));
    }

    [Fact]
    public void WatchedKey_ThatExpiresBeforeExec_HasChanged()
    {
        Do("set k 41 px 100");
        Do("watch k");
        Do("multi");
        Do("incr k");
        _time.Advance(100);
        Assert.Equal("*-1\r\n", Do("exec"));
    }

    [Fact]
    public void WatchedKey_OneMillisecondBeforeItsDeadline_HasNotChanged()
    {
        Do("set k 41 px 100");
        Do("watch k");
        Do("multi");
        Do("incr k");
        Do("pttl k");
        _time.Advance(99);
        Assert.Equal("*2\r\n:42\r\n:1\r\n", Do("exec"));
    }

    // Its keys are in several shards: the clock is read when all of them are held.
    [Fact]
    public void KeysOfOneCommand_ExpireTogether()
    {
        string[] keys = [.. Enumerable.Range(0, 16).Select(i => $"k{i}")];
        foreach (string key in keys) Do($"set {key} v px 5000");
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        string found = Do("exists " + string.Join(' ', keys));
        Assert.Equal(":16\r\n", found);
        while (found == ":16\r\n") found = Do("exists " + string.Join(' ', keys));
        Assert.Equal(":0\r\n", found);
    }

    private string Do(string line)
    {
        byte[] request = Encoding.ASCII.GetBytes(line + "\r\n");
        Assert.Equal(request.Length, _session.Process(request, _worker));
        string reply = Encoding.Latin1.GetString(_session.Output.Written);
        _session.Output.Release();
        return reply;
    }
}
