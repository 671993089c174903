using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.PubSub;

/// <summary>A client that publishes faster than the other nodes of a cluster take it goes at their pace.</summary>
public sealed class PublishHoldTests
{
    private readonly TestGateway _gateway = new();

    [Theory]
    [InlineData("publish u m")]
    [InlineData("spublish u m")]
    public void Publish_WithoutRoom_HoldsItsClientBack_UntilThereIsSome(string publish)
    {
        SessionDriver publisher = _gateway.Connect(), other = _gateway.Connect();
        _gateway.Host.HasRoomToPublish = false;
        Assert.Equal(":0\r\n", publisher.Do(publish + "\r\necho x"));
        Assert.Equal("$1\r\ny\r\n", other.Do("echo y"));
        Assert.Equal("", publisher.Turn());
        _gateway.Host.HasRoomToPublish = true;
        Assert.Equal("$1\r\nx\r\n", publisher.Turn());
    }

    [Fact]
    public void Publish_WhileANodeHangs_IsHeldBackForATenthOfASecond()
    {
        SessionDriver publisher = _gateway.Connect();
        _gateway.Host.HasRoomToPublish = false;
        Assert.Equal(":0\r\n", publisher.Do("publish u m\r\necho x"));
        _gateway.Time.Advance(99);
        Assert.Equal("", publisher.Turn());
        _gateway.Time.Advance(1);
        Assert.Equal("$1\r\nx\r\n", publisher.Turn());
    }

    [Fact]
    public void Publish_InATransaction_HoldsNobodyBack()
    {
        SessionDriver publisher = _gateway.Connect();
        _gateway.Host.HasRoomToPublish = false;
        Assert.EndsWith("*1\r\n:0\r\n$1\r\nx\r\n", publisher.Do("multi\r\npublish u m\r\nexec\r\necho x"), StringComparison.Ordinal);
    }
}
