using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>Sessions whose commands run elsewhere: what was read with them waits, and nothing is forgotten or overtakes.</summary>
public sealed class WaitingTests
{
    private readonly AwayDispatcher _shards = new();
    private readonly TestGateway _gateway;

    public WaitingTests() => _gateway = new TestGateway(_shards);

    [Fact]
    public void Process_MoreThanABatch_LeavesTheRestAndSaysSo()
    {
        SessionDriver client = _gateway.Connect();
        const int Commands = (CommandBatch.MaxFrames * 2) + 7;
        string sent = string.Concat(Enumerable.Range(0, Commands).Select(i => SessionDriver.Encode("get", $"k{i}")));
        string replies = client.Send(sent);
        int turns = 0;
        for (; _shards.Away > 0; turns++)
        {
            Assert.Equal(client.Unread > 0, client.Session.StoppedEarly);
            _shards.TakeAnswers(_gateway.Worker, static _ => { });
            replies += client.Turn();
        }

        Assert.Equal(3, turns);
        Assert.Equal(string.Concat(Enumerable.Range(0, Commands).Select(i => $"${$"k{i}".Length}\r\nk{i}\r\n")), replies);
    }

    [Theory]
    [InlineData("*nonsense\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("get \"x\\x41 y\" 'unbalanced\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    public void ProtocolError_BehindACommandThatIsAway_ComesAfterItsReply(string nonsense, string error)
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("", client.Send(SessionDriver.Encode("get", "a") + nonsense));
        Assert.False(client.IsClosed);
        _shards.TakeAnswers(_gateway.Worker, static _ => { });
        Assert.Equal("$1\r\na\r\n" + error, client.Turn());
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void InlineCommand_ThatIsParsedAgain_HasTheSameWords()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("", client.Send("get a\r\necho \"x\\x22 \\\"y\"\r\necho 'it\\'s'\r\n"));
        _shards.TakeAnswers(_gateway.Worker, static _ => { });
        Assert.Equal("$1\r\na\r\n$5\r\nx\" \"y\r\n$4\r\nit's\r\n", client.Turn());
    }
}
