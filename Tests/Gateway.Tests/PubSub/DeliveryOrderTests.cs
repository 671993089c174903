using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.PubSub;

/// <summary>
/// A message is waiting in a session's outbox when the session's own command changes what it may be sent. What was published before the
/// change comes before the reply that confirms it, and nothing comes behind: a client takes the next reply for the answer to its next
/// command.
/// </summary>
public sealed class DeliveryOrderTests
{
    private const string Message = "3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\nm\r\n";
    private const string X = "$1\r\nx\r\n";

    private readonly TestGateway _gateway = new();
    private readonly SessionDriver _listener;
    private readonly SessionDriver _other;

    public DeliveryOrderTests() => (_listener, _other) = (_gateway.Connect(), _gateway.Connect());

    [Theory]
    [InlineData("subscribe u", "publish u m", "unsubscribe u", "3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    [InlineData("subscribe u", "publish u m", "unsubscribe", "3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    [InlineData("psubscribe u", "publish u m", "punsubscribe u", "4\r\n$8\r\npmessage\r\n$1\r\nu\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    [InlineData("psubscribe u", "publish u m", "punsubscribe", "4\r\n$8\r\npmessage\r\n$1\r\nu\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    [InlineData("ssubscribe u", "spublish u m", "sunsubscribe u", "3\r\n$8\r\nsmessage\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    [InlineData("ssubscribe u", "spublish u m", "sunsubscribe", "3\r\n$8\r\nsmessage\r\n$1\r\nu\r\n$1\r\nm\r\n")]
    public void Unsubscribe_WithAMessageWaiting_ConfirmsBehindIt(string subscribe, string publish, string unsubscribe, string message)
    {
        foreach (int protocol in (int[])[2, 3])
        {
            _listener.Do($"hello {protocol}");
            _listener.Do(subscribe);
            Assert.Equal(":1\r\n", _other.Do(publish));
            char kind = protocol == 3 ? '>' : '*';
            string word = unsubscribe.Split(' ')[0];
            Assert.Equal($"{kind}{message}{kind}3\r\n${word.Length}\r\n{word}\r\n$1\r\nu\r\n:0\r\n{X}",
                _listener.Do(unsubscribe + "\r\necho x"));
        }
    }

    [Fact]
    public void Unsubscribe_BetweenItsRunAndItsSend_NoMessageIsAdded()
    {
        _listener.Do("subscribe u");
        _listener.Session.Process("unsubscribe u\r\n"u8.ToArray(), _gateway.Worker);
        Assert.Equal(":0\r\n", _other.Do("publish u m"));
        Assert.Equal("*3\r\n$11\r\nunsubscribe\r\n$1\r\nu\r\n:0\r\n", _listener.Turn());
    }

    [Fact]
    public void Unsubscribe_OfOneOfTwo_KeepsTheOrderOfAllMessages()
    {
        _listener.Do("subscribe u v");
        _other.Do("publish v 1\r\npublish u 2");
        _listener.Session.Process("unsubscribe u\r\n"u8.ToArray(), _gateway.Worker);
        _other.Do("publish v 3");
        Assert.Equal(
            "*3\r\n$7\r\nmessage\r\n$1\r\nv\r\n$1\r\n1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\n2\r\n*3\r\n$11\r\nunsubscribe\r\n"
                + "$1\r\nu\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nv\r\n$1\r\n3\r\n",
            _listener.Turn());
    }

    [Theory]
    [InlineData("reset", "+RESET\r\n")]
    [InlineData("quit", "+OK\r\n")]
    [InlineData("*x", "-ERR Protocol error: invalid multibulk length\r\n")]
    public void EndOfTheSubscriptions_WithAMessageWaiting_IsAnsweredBehindIt(string end, string reply)
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _other.Do("publish u m");
        _listener.Session.Process(System.Text.Encoding.ASCII.GetBytes(end + "\r\n"), _gateway.Worker);
        _other.Do("publish u late");
        Assert.Equal(">" + Message + reply, _listener.Turn());
        Assert.Equal("", _listener.Turn());
    }

    [Fact]
    public void Hello_WithAMessageWaiting_ComesBehindItAndLaterOnesHaveTheNewForm()
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _other.Do("publish u m");
        _listener.Session.Process("hello 2\r\n"u8.ToArray(), _gateway.Worker);
        _other.Do("publish u m");
        string sent = _listener.Turn();
        Assert.StartsWith(">" + Message + "*14\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("*" + Message, sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_OfAMonitor_ComesBehindTheLinesBeforeIt()
    {
        _listener.Do("monitor");
        _other.Do("echo before");
        _listener.Session.Process("reset\r\n"u8.ToArray(), _gateway.Worker);
        _other.Do("echo behind");
        string sent = _listener.Turn();
        Assert.Contains("\"before\"", sent, StringComparison.Ordinal);
        Assert.EndsWith("+RESET\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void ClientKill_OfOneself_IsAnsweredBehindTheMessagesAndNothingFollows()
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _other.Do("publish u m");
        _listener.Session.Process(
            System.Text.Encoding.ASCII.GetBytes($"client kill id {_listener.Session.Id} skipme no\r\n"), _gateway.Worker);
        _other.Do("publish u late");
        Assert.Equal(">" + Message + ":1\r\n", _listener.Turn());
    }

    [Fact]
    public void Unsubscribe_BehindReplyOff_KeepsTheMessage()
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _listener.Do("client reply off");
        _other.Do("publish u m");
        Assert.Equal($">{Message}>3\r\n$11\r\nunsubscribe\r\n$1\r\nu\r\n:0\r\n", _listener.Do("unsubscribe u\r\necho x"));
    }

    [Fact]
    public void Publish_ToItself_ComesBehindWhatOthersPublishedBefore()
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _other.Do("publish u m");
        Assert.Equal($">{Message}>3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\nn\r\n:1\r\n", _listener.Do("publish u n"));
    }

    [Theory]
    [InlineData("unsubscribe u", ">3\r\n$11\r\nunsubscribe\r\n$1\r\nu\r\n:0\r\n")]
    [InlineData("publish u n", ">3\r\n$7\r\nmessage\r\n$1\r\nu\r\n$1\r\nn\r\n:1\r\n")]
    public void Exec_WithAMessageWaiting_HasItBeforeTheArray(string command, string reply)
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        _listener.Do("multi");
        _listener.Do("echo x\r\n" + command);
        _other.Do("publish u m");
        Assert.Equal($">{Message}*2\r\n{X}{reply}", _listener.Do("exec"));
    }

    [Fact]
    public void TakeDeliveries_WhileExecRuns_StandBeforeItsReplies()
    {
        _listener.Do("hello 3");
        _listener.Do("subscribe u");
        OrleansKv.Gateway.Sessions.Session session = _listener.Session;
        session.Output.Ok(); // of a command before
        session.MarkReply();
        session.BeginGroup();
        session.Output.Array(2);
        session.DropUnwanted();
        session.Output.Bulk("x"u8);
        session.DropUnwanted();
        _other.Do("publish u m"); // on another thread, just now
        session.TakeDeliveries();
        session.Output.Integer(7);
        session.DropUnwanted();
        session.EndGroup();
        Assert.Equal($"+OK\r\n>{Message}*2\r\n{X}:7\r\n", _listener.Turn());
    }

    [Fact]
    public void KeyspaceEvent_Waiting_ComesBeforeTheEndOfItsSubscription()
    {
        _other.Do("config set notify-keyspace-events KEA");
        _listener.Do("subscribe __keyevent@0__:set");
        _gateway.Server.Notifier.Notify(KeyspaceClass.String, "set"u8, "k"u8);
        Assert.Equal(
            "*3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:set\r\n$1\r\nk\r\n"
                + "*3\r\n$11\r\nunsubscribe\r\n$18\r\n__keyevent@0__:set\r\n:0\r\n" + X,
            _listener.Do("unsubscribe\r\necho x"));
    }
}
