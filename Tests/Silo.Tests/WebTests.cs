using System.Net;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>The HTTP port of a node.</summary>
[Collection(ProcessCollection.Name)]
public sealed class WebTests(QuorumCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.MakeWhole();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Pages_OfANodeOnLoopback_AreItsOwnAndTheDashboard()
    {
        foreach (SiloProcess node in cluster.Nodes)
        {
            Assert.Equal(HttpStatusCode.OK, (await Get(node, "/health/ready")).Status);
            (HttpStatusCode status, string body) = await Get(node, "/dashboard");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("<html", body, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(HttpStatusCode.NotFound, (await Get(node, "/no-such-page")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Get(node, "/dashboard", "evil.example")).Status);
        }
    }

    [Theory]
    [InlineData("off", "127.0.0.1", HttpStatusCode.NotFound)]
    [InlineData("auto", "0.0.0.0", HttpStatusCode.NotFound)]
    [InlineData("on", "0.0.0.0", HttpStatusCode.OK)]
    public async Task Dashboard_UnlessAskedFor_IsThereOnLoopbackOnly(string mode, string address, HttpStatusCode expected)
    {
        using var folder = new TempFolder();
        using var node = new SiloProcess("node", folder.File("node"));
        node.Start("--dashboard", mode, "--bind", address, "--requirepass", "not-a-secret");
        Assert.Equal(expected, (await Get(node, "/dashboard")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get(node, "/health/ready")).Status);
    }

    private static async Task<(HttpStatusCode Status, string Body)> Get(SiloProcess node, string path, string? host = null)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{node.HttpPort}{path}"));
        request.Headers.Host = host;
        using HttpResponseMessage response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
