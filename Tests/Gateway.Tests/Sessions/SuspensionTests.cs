using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Protocol.Records;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>Commands that hold their connection for a while: WAIT, WAITAOF, SAVE, SHUTDOWN, DEBUG SLEEP, CLIENT PAUSE.</summary>
public sealed class SuspensionTests
{
    private readonly TestGateway _gateway = new();

    [Fact]
    public void Wait_ForAReplica_AnswersZeroAtTheTimeoutAndKeepsOrder()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("", client.Send("wait 1 100\r\nping\r\n"));
        _gateway.Time.Advance(99);
        Assert.Equal("", client.Turn());
        _gateway.Time.Advance(1);
        Assert.Equal(":0\r\n+PONG\r\n", client.Turn());
    }

    [Fact]
    public void Wait_WithTimeoutZero_WaitsForEver()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("wait 1 0");
        _gateway.Time.Advance(1_000_000_000);
        Assert.Equal("", client.Turn());
    }

    [Fact]
    public void Wait_BehindClientReplyOff_AnswersNothing()
    {
        SessionDriver client = _gateway.Connect();
        client.Send("client reply skip\r\nwait 1 10\r\nping\r\n");
        _gateway.Time.Advance(10);
        Assert.Equal("+PONG\r\n", client.Turn());
    }

    // Once in neither: it was counted when it began to sleep.
    [Fact]
    public void DebugSleep_IsSlow_AndStandsInSlowLogLatencyAndStatisticsOnce()
    {
        var gateway = new TestGateway("slowlog-log-slower-than", "20000", "latency-monitor-threshold", "20");
        SessionDriver client = gateway.Connect();
        Assert.Equal("", client.Do("debug sleep 0.05"));
        Assert.Equal(0, gateway.Server.SlowLog.Count);
        gateway.Time.Advance(50);
        Assert.Equal("+OK\r\n", client.Turn());
        Assert.Equal("*1\r\n*6\r\n:0\r\n:1700000000\r\n:50000\r\n*3\r\n$5\r\ndebug\r\n$5\r\nsleep\r\n$4\r\n0.05\r\n$15\r\n"
            + "127.0.0.1:50001\r\n$0\r\n\r\n", client.Do("slowlog get"));
        Assert.Equal("*1\r\n*4\r\n$7\r\ncommand\r\n:1700000000\r\n:50\r\n:50\r\n", client.Do("latency latest"));
        Assert.Contains("cmdstat_debug:calls=1,usec=5", client.Do("info commandstats"));
    }

    // Recorded from redis-server 7.0.15.
    [Theory]
    [InlineData("write")]
    [InlineData("all")]
    public void Pause_CommandThatIsRefused_DoesNotWaitForItsEnd(string mode)
    {
        SessionDriver admin = _gateway.Connect(), client = _gateway.Connect();
        admin.Do("client pause 100 " + mode);
        Assert.Equal("-ERR wrong number of arguments for 'set' command\r\n", client.Do("set a"));
        Assert.Equal("-ERR unknown command 'nosuch', with args beginning with: \r\n", client.Do("nosuch"));
        Assert.Equal("-ERR unknown subcommand 'nope'. Try OBJECT HELP.\r\n", client.Do("object nope"));
        Assert.Equal("", client.Send("function flush\r\nset a\r\n"));
        _gateway.Time.Advance(100);
        Assert.Equal("+OK\r\n-ERR wrong number of arguments for 'set' command\r\n", client.Turn());
    }

    [Theory]
    [InlineData("waitaof 2 0 0", "-ERR value is out of range, value must between 0 and 1\r\n")]
    [InlineData("waitaof 1 -1 0", "-ERR value is out of range, must be positive\r\n")]
    [InlineData("waitaof 1 0 -1", "-ERR timeout is negative\r\n")]
    [InlineData("waitaof 1 0 x", "-ERR timeout is not an integer or out of range\r\n")]
    [InlineData("waitaof 1 0 0", "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n")]
    [InlineData("waitaof 0 0 0", "*2\r\n:0\r\n:0\r\n")]
    public void WaitAof_WithoutJournal_AnswersAtOnce(string line, string expected) => Assert.Equal(expected, _gateway.Connect().Do(line));

    [Fact]
    public void WaitAof_BeforeTheSync_AnswersWhenItIsDone()
    {
        SessionDriver client = Persistent(appended: 10, synced: 5);
        Assert.Equal("", client.Do("waitaof 1 0 0"));
        Assert.Contains("sync", _gateway.Host.Calls);
        _gateway.Dispatcher.Appended = new JournalOffset(20); // what others write later does not matter
        _gateway.Host.Synced = new JournalOffset(9);
        Assert.Equal("", client.Turn());
        _gateway.Host.Synced = new JournalOffset(10);
        Assert.Equal("*2\r\n:1\r\n:0\r\n", client.Turn());
    }

    [Fact]
    public void WaitAof_AtTheTimeout_SaysThatNothingIsSynced()
    {
        SessionDriver client = Persistent(appended: 10, synced: 5);
        client.Do("waitaof 1 0 50");
        _gateway.Time.Advance(50);
        Assert.Equal("*2\r\n:0\r\n:0\r\n", client.Turn());
    }

    [Fact]
    public void WaitAof_AfterTheSync_AnswersAtOnce() =>
        Assert.Equal("*2\r\n:1\r\n:0\r\n", Persistent(appended: 10, synced: 10).Do("waitaof 1 0 0"));

    [Fact]
    public void Save_UntilTheSnapshotIsDone_HoldsTheConnectionAlone()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.Equal("", client.Send("save\r\nping\r\n"));
        Assert.Equal("+PONG\r\n", other.Do("ping"));
        Assert.Equal("-ERR Background save already in progress\r\n", other.Do("bgsave"));
        Assert.Equal("-ERR Background save already in progress\r\n", other.Do("save"));
        Assert.Equal("-ERR Background append only file rewriting already in progress\r\n", other.Do("bgrewriteaof"));
        _gateway.Host.Snapshot = new(false, 1_700_000_001, null);
        Assert.Equal("+OK\r\n+PONG\r\n", client.Turn());
        Assert.Equal(":1700000001\r\n", client.Do("lastsave"));
    }

    [Fact]
    public void Save_ThatFails_AnswersAnError()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("save");
        _gateway.Host.Snapshot = _gateway.Host.Snapshot with { Running = false, Failure = "disk full" };
        Assert.Equal("-ERR\r\n", client.Turn());
    }

    [Fact]
    public void BgSave_RefusedByTheHost_SaysWhy()
    {
        _gateway.Host.SnapshotRefusal = "ERR persistence is off";
        Assert.Equal("-ERR persistence is off\r\n", _gateway.Connect().Do("bgsave"));
    }

    [Theory]
    [InlineData("shutdown", "shutdown save= now=False force=False")]
    [InlineData("shutdown nosave", "shutdown save=False now=False force=False")]
    [InlineData("SHUTDOWN SAVE NOW FORCE", "shutdown save=True now=True force=True")]
    public void Shutdown_Accepted_AnswersNothingAndRunsNothingMore(string line, string call)
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("", client.Send(line + "\r\nset a b\r\n"));
        Assert.Equal([call], _gateway.Host.Calls);
        Assert.Equal("$-1\r\n", _gateway.Connect().Do("get a"));
    }

    [Fact]
    public void Shutdown_Aborted_FreesTheOneThatAsked()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        client.Send("shutdown\r\nping\r\n");
        Assert.Equal("+OK\r\n", other.Do("shutdown abort"));
        Assert.Equal("-ERR Errors trying to SHUTDOWN. Check logs.\r\n+PONG\r\n", client.Turn());
    }

    [Fact]
    public void Shutdown_RefusedByTheHost_SaysWhy()
    {
        _gateway.Host.ShutdownRefusal = "ERR not now";
        Assert.Equal("-ERR not now\r\n+PONG\r\n", _gateway.Connect().Send("shutdown\r\nping\r\n"));
    }

    [Fact]
    public void DebugSleep_HoldsItsConnectionAlone()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.Equal("", client.Send("debug sleep 0.5\r\nping\r\n"));
        Assert.Equal("+PONG\r\n", other.Do("ping"));
        _gateway.Time.Advance(499);
        Assert.Equal("", client.Turn());
        _gateway.Time.Advance(1);
        Assert.Equal("+OK\r\n+PONG\r\n", client.Turn());
    }

    [Fact]
    public void ClientPause_All_HoldsEveryCommandUntilItEnds()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.Equal("+OK\r\n", client.Do("client pause 100"));
        Assert.Equal("", other.Send("set a 1\r\nget a\r\n"));
        _gateway.Time.Advance(100);
        Assert.Equal("+OK\r\n$1\r\n1\r\n", other.Turn());
    }

    [Fact]
    public void ClientPause_Write_LetsReadsThrough()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        client.Do("client pause 100 write");
        Assert.Equal("$-1\r\n+PONG\r\n", other.Send("get a\r\nping\r\nset a 1\r\nget a\r\n"));
        Assert.Equal("+OK\r\n", client.Do("client unpause"));
        Assert.Equal("+OK\r\n$1\r\n1\r\n", other.Turn());
    }

    [Fact]
    public void ClientPause_WriteAndExecWithAWrite_IsHeld()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        other.Do("multi");
        Assert.Equal("+QUEUED\r\n", other.Do("set a 1"));
        client.Do("client pause 100 write");
        Assert.Equal("", other.Do("exec"));
        _gateway.Time.Advance(100);
        Assert.Equal("*1\r\n+OK\r\n", other.Turn());
    }

    [Fact]
    public void ClientPause_ShorterThanTheOneUnderWay_DoesNotShortenIt()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        client.Do("client pause 100");
        client.Do("client pause 10 write");
        _gateway.Time.Advance(50);
        Assert.Equal("", other.Do("get a"));
        _gateway.Time.Advance(50);
        Assert.Equal("$-1\r\n", other.Turn());
    }

    private SessionDriver Persistent(long appended, long synced)
    {
        _gateway.Dispatcher.IsVolatile = false;
        _gateway.Dispatcher.Appended = new JournalOffset(appended);
        _gateway.Host.Synced = new JournalOffset(synced);
        return _gateway.Connect();
    }
}
