using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>CLIENT subcommands whose replies hold addresses and ids, and commands of our own.</summary>
public sealed class ClientCommandTests
{
    private readonly TestGateway _gateway = new();

    [Fact]
    public void List_AllClients_HasALineEachWithRedisFields()
    {
        SessionDriver first = _gateway.Connect(), second = _gateway.Connect();
        first.Do("client setname one");
        first.Do("subscribe a b");
        _gateway.Time.Advance(3000);
        string reply = second.Do("client list");
        Assert.Contains("id=1 addr=127.0.0.1:50001 laddr=127.0.0.1:9090 fd=-1 name=one age=3 idle=3 flags=P db=0 sub=2 psub=0 ssub=0 "
            + "multi=-1 ", reply);
        Assert.Contains(" cmd=subscribe user=default redir=-1 resp=2 ", reply);
        Assert.Contains("id=2 ", reply);
        Assert.Contains(" cmd=client|list ", reply);
    }

    [Fact]
    public void List_ByIdAndType_Filters()
    {
        SessionDriver first = _gateway.Connect(), second = _gateway.Connect();
        first.Do("subscribe a");
        Assert.DoesNotContain("id=2 ", second.Do("client list type pubsub"));
        Assert.DoesNotContain("id=1 ", second.Do("client list type normal"));
        Assert.DoesNotContain("id=1 ", second.Do("client list id 2 77"));
        Assert.Equal("$0\r\n\r\n", second.Do("client list type master"));
    }

    [Fact]
    public void Info_Self_IsOneLine()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("client setinfo lib-name lib");
        client.Do("client setinfo LIB-VER 1.2");
        Assert.EndsWith(" cmd=client|info user=default redir=-1 resp=2 lib-name=lib lib-ver=1.2\n\r\n", client.Do("client info"));
        Assert.Equal("-ERR lib-name cannot contain spaces, newlines or special characters.\r\n",
            client.Do("client setinfo lib-name \"a b\""));
        Assert.Equal("-ERR Unrecognized option 'foo'\r\n", client.Do("client setinfo foo bar"));
    }

    [Fact]
    public void Kill_ByAddressIdAndFilter_EndsOthers()
    {
        SessionDriver killer = _gateway.Connect();
        SessionDriver byAddress = _gateway.Connect(), byId = _gateway.Connect(), byType = _gateway.Connect();
        byType.Do("subscribe a");
        Assert.Equal("+OK\r\n", killer.Do("client kill 127.0.0.1:50002"));
        Assert.NotNull(byAddress.Session.Killed);
        Assert.Equal(":1\r\n", killer.Do("client kill id 3"));
        Assert.NotNull(byId.Session.Killed);
        Assert.Equal(":1\r\n", killer.Do("client kill type pubsub"));
        Assert.NotNull(byType.Session.Killed);
        Assert.Equal(":0\r\n", killer.Do("client kill id 1"));
        Assert.False(killer.IsClosed);
    }

    [Fact]
    public void Kill_Oneself_AnswersFirst()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal(":1\r\n", client.Send("client kill id 1 skipme no\r\nping\r\n"));
        Assert.True(client.IsClosed);
    }

    [Theory]
    [InlineData("always", Durability.Always)]
    [InlineData("everysec", Durability.EverySecond)]
    [InlineData("no", Durability.No)]
    public void Durability_Level_IsTheConnectionsOwn(string word, Durability level)
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("+OK\r\n", client.Do("client durability " + word));
        Assert.Equal(level, client.Session.Durability);
        Assert.Equal("+OK\r\n", client.Do("client durability default"));
        Assert.Null(client.Session.Durability);
        Assert.StartsWith("-ERR durability must be", client.Do("client durability maybe"));
    }

    [Fact]
    public void Batch_Lines_AnswerAsOneArray()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("*5\r\n+OK\r\n$1\r\n1\r\n-ERR unknown command 'nosuch', with args beginning with: \r\n+PONG\r\n-ERR 'echo' is not "
            + "allowed in a BATCH\r\n+PONG\r\n",
            client.Send("batch 5\r\nset a 1\r\nget a\r\nnosuch\r\nping\r\necho x\r\nping\r\n"));
    }

    [Fact]
    public void Batch_BehindReplySkip_IsSkippedToItsLastLine()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("", client.Send("client reply skip\r\nbatch 2\r\nset a 1\r\nget a\r\n"));
        Assert.Equal("$1\r\n1\r\n", client.Do("get a"));
        Assert.Equal("+PONG\r\n", client.Send("client reply skip\r\nbatch 0\r\nping\r\n"));
    }

    [Theory]
    [InlineData("batch 0", "*0\r\n")]
    [InlineData("batch -1", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("batch +1", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("batch 01", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("batch 9223372036854775807", "-ERR a batch has at most 100000 lines\r\n")]
    [InlineData("batch x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("batch 100001", "-ERR a batch has at most 100000 lines\r\n")]
    public void Batch_Count_IsChecked(string line, string expected) => Assert.Equal(expected, _gateway.Connect().Do(line));

    // A bug that was: the lines of a batch that was refused ran one by one.
    [Theory]
    [InlineData("two", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("100001", "-ERR a batch has at most 100000 lines\r\n")]
    public void Batch_Refused_ClosesTheConnection_AndRunsNoLine(string count, string expected)
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal(expected, client.Send($"batch {count}\r\nset refused 1\r\nset refused 2\r\n"));
        Assert.True(client.IsClosed);
        Assert.Equal("$-1\r\n", _gateway.Connect().Do("get refused"));
    }

    [Fact]
    public void Monitor_OfAnother_ShowsCommandsWhenTheyHaveRun()
    {
        SessionDriver monitor = _gateway.Connect(), client = _gateway.Connect();
        Assert.Equal("+OK\r\n", monitor.Do("monitor"));
        client.Send("set a \"b\\x00\\n\"\r\nget\r\nmulti\r\nget a\r\nexec\r\nconfig get x\r\nauth default sesame\r\nclient id\r\n");
        string[] seen = [.. monitor.Turn().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf(']') + 2)..])];
        Assert.Equal([@"""set"" ""a"" ""b\x00\n""", @"""multi""", @"""get"" ""a""", @"""exec""",
            @"""auth"" ""(redacted)"" ""(redacted)""", @"""client"" ""id"""], seen);
        monitor.Session.Closed();
        Assert.False(_gateway.Server.Monitors.Any);
    }

    [Fact]
    public void CommitThatFails_WithdrawsTheAnswersOfWhoWrote()
    {
        SessionDriver client = _gateway.Connect();
        client.Session.Output.Ok();
        client.Session.HasWritten = true;
        client.Session.Settle(isCommitted: false);
        Assert.StartsWith("-MISCONF ", client.Turn());
        Assert.True(client.IsClosed);
    }

    [Theory]
    [InlineData(true, true)] // what it wrote is safe: the next failure is not its own
    [InlineData(false, false)] // it only read
    public void CommitThatFails_IsNothingToOthers(bool hasWritten, bool isCommitted)
    {
        SessionDriver client = _gateway.Connect();
        client.Session.Output.Ok();
        client.Session.HasWritten = hasWritten;
        client.Session.Settle(isCommitted);
        client.Session.Settle(isCommitted: false);
        Assert.Equal("+OK\r\n", client.Turn());
        Assert.False(client.IsClosed);
    }
}
