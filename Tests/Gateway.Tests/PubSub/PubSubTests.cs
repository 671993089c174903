using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.PubSub;

/// <summary>What the recorded conversations do not show.</summary>
public sealed class PubSubTests
{
    private readonly TestGateway _gateway = new();

    [Fact]
    public void Publish_ToOthers_WakesThem()
    {
        SessionDriver listener = _gateway.Connect(), publisher = _gateway.Connect();
        listener.Do("subscribe a");
        var connection = (FakeConnection)listener.Session.Connection;
        int before = connection.Wakes;
        Assert.Equal(":1\r\n", publisher.Do("publish a hi"));
        Assert.True(connection.Wakes > before);
        Assert.Equal("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n", listener.Turn());
    }

    [Fact]
    public void Publish_BinaryMessage_ArrivesUnchanged()
    {
        SessionDriver listener = _gateway.Connect(), publisher = _gateway.Connect();
        listener.Call("subscribe", "\x00\xff");
        publisher.Call("publish", "\x00\xff", "\r\n\x00\xfe");
        Assert.Equal("*3\r\n$7\r\nmessage\r\n$2\r\n\x00\xff\r\n$4\r\n\r\n\x00\xfe\r\n", listener.Turn());
    }

    [Fact]
    public void Publish_BehindReplyOff_StillDelivers()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("hello 3");
        client.Do("subscribe a");
        client.Do("client reply off");
        Assert.Equal(">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n", client.Do("publish a x"));
    }

    [Fact]
    public void Subscribe_Twice_CountsOnce()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        Assert.Equal("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n", client.Do("subscribe a a"));
        Assert.Equal("*2\r\n$1\r\na\r\n:1\r\n", other.Do("pubsub numsub a"));
        Assert.Equal(":1\r\n", other.Do("publish a x"));
    }

    [Fact]
    public void Closed_Subscriber_IsForgotten()
    {
        SessionDriver client = _gateway.Connect(), other = _gateway.Connect();
        client.Do("subscribe a");
        client.Do("psubscribe b*");
        client.Session.Closed();
        Assert.Equal(":0\r\n", other.Do("publish a x"));
        Assert.Equal("*0\r\n", other.Do("pubsub channels"));
        Assert.Equal(":0\r\n", other.Do("pubsub numpat"));
        Assert.False(_gateway.Server.PubSub.HasListeners);
    }

    [Fact]
    public void ConfigSet_NotifyKeyspaceEvents_ReachesTheNotifier()
    {
        SessionDriver client = _gateway.Connect(), listener = _gateway.Connect();
        Assert.False(_gateway.Server.Notifier.IsActive);
        Assert.Equal("+OK\r\n", client.Do("config set notify-keyspace-events KEA"));
        listener.Do("subscribe __keyspace@0__:k __keyevent@0__:set");
        Assert.True(_gateway.Server.Notifier.IsActive);
        _gateway.Server.Notifier.Notify(OrleansKv.Engine.Commands.KeyspaceClass.String, "set"u8, "k"u8);
        Assert.Equal("*3\r\n$7\r\nmessage\r\n$16\r\n__keyspace@0__:k\r\n$3\r\nset\r\n*3\r\n$7\r\nmessage\r\n$18\r\n"
            + "__keyevent@0__:set\r\n$1\r\nk\r\n", listener.Turn());
    }
}
