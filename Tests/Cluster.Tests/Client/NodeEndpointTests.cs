using OrleansKv.Client.Connection;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class NodeEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData(" 10.0.0.1 ", "10.0.0.1:30000")]
    [InlineData("kv.example", "kv.example:30000")]
    [InlineData("kv.example:65535", "kv.example:65535")]
    [InlineData("[::1]:30001", "[::1]:30001")]
    [InlineData("[::1]", "[::1]:30000")]
    [InlineData("::1", "[::1]:30000")]
    public void TryParse_OfAnEndpoint_Takes(string text, string expected)
    {
        Assert.True(NodeEndpoint.TryParse(text, out NodeEndpoint endpoint));
        Assert.Equal(expected, endpoint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData(":30000")]
    [InlineData("host:")]
    [InlineData("host:-1")]
    [InlineData("host:70000")]
    [InlineData("http://host:30000")]
    public void TryParse_OfAnythingElse_Refuses(string? text) => Assert.False(NodeEndpoint.TryParse(text, out _));
}
