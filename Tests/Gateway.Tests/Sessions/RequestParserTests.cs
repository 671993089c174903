using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>The parser through a session: every payload whole, split at every byte, a byte at a time; its limits; and noise.</summary>
public sealed class RequestParserTests
{
    private static readonly string Many =
        SessionDriver.Encode([.. Enumerable.Repeat("set", 1), "k", .. Enumerable.Range(0, 300).Select(i => "w" + i)]);

    public static TheoryData<string> Payloads() =>
    [
        "ping\r\n",
        "PING\nping\n",
        "set a \"b \\x41\\n\" \r\nget a\r\n",
        "*1\r\n$4\r\nping\r\n",
        "*2\r\n$4\r\necho\r\n$0\r\n\r\n",
        "*2\r\n$4\r\necho\r\n$4\r\n\r\n\r\n\r\n",
        "*0\r\n*-1\r\n\r\nping\r\n",
        SessionDriver.Encode("set", "key", "value") + SessionDriver.Encode("get", "key") + "get key\r\n"
            + SessionDriver.Encode("get", "nokey"),
        SessionDriver.Encode("set", "big", new string('x', 300)) + SessionDriver.Encode("get", "big"),
        SessionDriver.Encode("multi") + SessionDriver.Encode("set", "a", "1") + SessionDriver.Encode("exec"),
        SessionDriver.Encode("nosuch", "a\xff") + "get\r\n",
        "batch 2\r\nset a 1\r\nget a\r\nping\r\n",
        "*1\r\n$x\r\n",
        "*3\r\n$3\r\nset\r\n$1\r\na\r\n:1\r\n",
        "get \"a\r\n",
        Many + "ping\r\n",
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Process_SplitAtEveryByte_AnswersTheSame(string payload)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload);
        string whole = new TestGateway().Connect().Send(bytes);
        Assert.NotEmpty(whole);
        for (int at = 1; at < bytes.Length; at++)
        {
            Assert.Equal(whole, new TestGateway().Connect().SendSplit(bytes, at));
        }
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Process_OneByteAtATime_AnswersTheSame(string payload)
    {
        string whole = new TestGateway().Connect().Send(payload);
        Assert.Equal(whole, new TestGateway().Connect().SendInPieces(payload, 1));
    }

    [Theory]
    [InlineData(64, "")]
    [InlineData(65, "-ERR Protocol error: too big inline request\r\n")]
    public void Process_InlineLineWithoutEnd_EndsAt64KiB(int kib, string expected)
    {
        SessionDriver client = new TestGateway().Connect();
        Assert.Equal(expected, client.Send(new string('a', kib * 1024)));
        Assert.Equal(expected.Length > 0, client.IsClosed);
    }

    [Theory]
    [InlineData("*", "-ERR Protocol error: too big mbulk count string\r\n")]
    [InlineData("*1\r\n$", "-ERR Protocol error: too big bulk count string\r\n")]
    public void Process_NumberWithoutEnd_EndsAt64KiB(string start, string expected)
    {
        SessionDriver client = new TestGateway().Connect();
        Assert.Equal("", client.Send(start + new string('1', 100)));
        Assert.Equal(expected, client.Send(new string('1', 65 * 1024)));
        Assert.True(client.IsClosed);
    }

    // A bug that was: on a line a word could be as long as the line.
    [Fact]
    public void Process_InlineWordLongerThanLimit_IsRefused()
    {
        var gateway = new TestGateway();
        gateway.Server.MaxValueBytes = 1000; // less than a setting can be: a line has at most 64 KiB
        Assert.Equal("+OK\r\n", gateway.Connect().Send($"set a {new string('x', 1000)}\r\n"));
        SessionDriver client = gateway.Connect();
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", client.Send($"set a {new string('x', 1001)}\r\nping\r\n"));
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Process_WordLongerThanLimit_IsRefusedBeforeItComes()
    {
        SessionDriver client = new TestGateway("proto-max-bulk-len", "1mb").Connect();
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", client.Send("*2\r\n$4\r\necho\r\n$1048577\r\n"));
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Process_WordAsLongAsLimit_IsTaken()
    {
        SessionDriver client = new TestGateway("proto-max-bulk-len", "1mb").Connect();
        string word = new('x', 1 << 20);
        Assert.Equal($"$1048576\r\n{word}\r\n", client.Call("echo", word));
    }

    [Fact]
    public void Process_UnfinishedWord_SaysHowManyBytesItNeeds()
    {
        SessionDriver client = new TestGateway().Connect();
        const string Head = "*2\r\n$4\r\necho\r\n$1000\r\n";
        Assert.Equal("", client.Send(Head));
        Assert.Equal(Head.Length + 1002, client.Session.NeededBytes);
        Assert.Equal($"$1000\r\n{new string('y', 1000)}\r\n", client.Send(new string('y', 1000) + "\r\n"));
        Assert.Equal(0, client.Session.NeededBytes);
    }

    [Fact]
    public void Process_MoreCommandsThanABatchHolds_AnswersAllInOrder()
    {
        SessionDriver client = new TestGateway().Connect();
        int count = CommandBatch.MaxFrames * 3 + 1;
        string replies = client.Send(
            string.Concat(Enumerable.Range(0, count)
                .Select(i => SessionDriver.Encode("set", "k", $"{i}") + SessionDriver.Encode("get", "k"))));
        Assert.Equal(string.Concat(Enumerable.Range(0, count).Select(i => $"+OK\r\n${$"{i}".Length}\r\n{i}\r\n")), replies);
    }

    [Fact]
    public void Process_RepliesBeyondHighWater_GoesOnAfterSending()
    {
        SessionDriver client = new TestGateway().Connect();
        string value = new('v', 300_000);
        client.Call("set", "k", value);
        string replies = client.Send(string.Concat(Enumerable.Repeat("get k\r\n", 20)) + "ping\r\n");
        Assert.Equal(string.Concat(Enumerable.Repeat($"$300000\r\n{value}\r\n", 20)) + "+PONG\r\n", replies);
    }
}
