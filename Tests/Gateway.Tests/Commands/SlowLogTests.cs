using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>With a threshold of 0 every command is slow, so no test waits for one that is.</summary>
public sealed class SlowLogTests
{
    private readonly TestGateway _gateway = new("slowlog-log-slower-than", "0", "slowlog-max-len", "3");

    [Fact]
    public void Get_SlowCommand_ShowsWhoDidWhat()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("client setname me");
        Assert.Matches(
            @"^\*1\r\n\*6\r\n:0\r\n:1700000000\r\n:\d+\r\n\*3\r\n\$6\r\nclient\r\n\$7\r\nsetname\r\n\$2\r\nme\r\n"
                + @"\$15\r\n127\.0\.0\.1:50001\r\n\$2\r\nme\r\n$",
            client.Do("slowlog get"));
    }

    [Fact]
    public void Get_MoreThanMaxLen_KeepsTheNewestFirst()
    {
        SessionDriver client = _gateway.Connect();
        for (int i = 0; i < 5; i++) client.Do($"echo {i}");
        Assert.Equal(":3\r\n", client.Do("slowlog len"));
        string newest = client.Do("slowlog get 1"); // SLOWLOG LEN itself was slow
        Assert.StartsWith("*1\r\n*6\r\n:5\r\n", newest);
        Assert.StartsWith("*3\r\n*6\r\n:6\r\n", client.Do("slowlog get -1"));
        Assert.Equal("*0\r\n", client.Do("slowlog get 0"));
    }

    [Fact]
    public void Get_LongCommand_IsTrimmedAsRedisDoes()
    {
        SessionDriver client = _gateway.Connect();
        client.Call(["echo", new string('x', 130)]);
        string reply = client.Do("slowlog get 1");
        Assert.Contains($"${128 + "... (2 more bytes)".Length}\r\n{new string('x', 128)}... (2 more bytes)\r\n", reply);
        client.Call(["client", "kill", .. Enumerable.Range(0, 38).Select(i => $"w{i}")]);
        reply = client.Do("slowlog get 1");
        Assert.Contains("\r\n*32\r\n$6\r\nclient\r\n", reply);
        Assert.Contains("$24\r\n... (9 more arguments)\r\n".Replace("$24", $"${"... (9 more arguments)".Length}"), reply);
    }

    [Fact]
    public void Get_Passwords_AreNotShown()
    {
        SessionDriver client = _gateway.Connect();
        foreach (string line in new[] { "auth default sesame", "hello 2 auth default sesame", "config set requirepass sesame" })
        {
            client.Do(line);
            string reply = client.Do("slowlog get 1");
            Assert.Contains("(redacted)", reply);
            Assert.DoesNotContain("sesame", reply);
        }
    }

    [Fact]
    public void Reset_Entries_AreGoneAndIdsGoOn()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("ping");
        client.Do("slowlog reset");
        Assert.StartsWith("*1\r\n*6\r\n:1\r\n", client.Do("slowlog get")); // RESET itself
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("10000000")]
    public void Threshold_Unreached_LogsNothing(string threshold)
    {
        SessionDriver client = _gateway.Connect();
        client.Send($"config set slowlog-log-slower-than {threshold}\r\nslowlog reset\r\nping\r\nget a\r\n");
        Assert.Equal(":0\r\n", client.Do("slowlog len"));
    }

    [Fact]
    public void Exec_IsNotLogged_ItsCommandsAre()
    {
        SessionDriver client = _gateway.Connect();
        client.Send("multi\r\nset a b\r\nexec\r\n");
        string reply = client.Do("slowlog get 1");
        Assert.Contains("$3\r\nset\r\n", reply);
        Assert.DoesNotContain("exec", reply);
    }
}
