using System.Globalization;

using OrleansKv.Tests.Support;

namespace OrleansKv.Samples.Tests;

/// <summary>
/// Every program in samples/ is run against a real server, and prints what its comments promise. CartTests is a test itself.
/// </summary>
public sealed class SampleTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TypedClient_UsesTheCluster()
    {
        using SiloProcess node = StartNode();
        (int code, string printed) = Sample.Run("TypedClient", _folder.Path, Endpoint(node));
        Assert.Equal("order:1 is Order { Item = pen, Count = 3 }\nruns is 1\nchanged: True\n", printed);
        Assert.Equal(0, code);
        Assert.Equal("{\"item\":\"pen\",\"count\":4}", node.Call("GET", "order:1"));
    }

    [Theory]
    [InlineData("TypedClient")]
    [InlineData("StoreGrains")]
    [InlineData("WebCache")]
    public void SampleWithoutANode_SaysWhyInALine(string sample)
    {
        string endpoint = $"127.0.0.1:{FreePort.Next()}";
        (int code, string printed) = RunAgainst(sample, endpoint);
        Assert.Equal(1, code);
        Assert.Contains($"{endpoint} nobody listens there", Assert.Single(printed.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TypedClient")]
    [InlineData("StoreGrains")]
    [InlineData("WebCache")]
    public void SampleWithAnEndpointThatIsNone_SaysSoInALine(string sample)
    {
        (int code, string printed) = RunAgainst(sample, "127.0.0.1:abc");
        Assert.Equal(1, code);
        Assert.Contains("'127.0.0.1:abc'", Assert.Single(printed.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebCache_ComputesOnceForAllInstances()
    {
        using SiloProcess node = StartNode();
        using var http = new HttpClient();
        for (int instance = 0; instance < 2; instance++)
        {
            string address = $"http://127.0.0.1:{FreePort.Next()}";
            using Sample web = Sample.Start("WebCache", _folder.Path, "--urls", address, "--OrleansKv", Endpoint(node));
            web.AwaitPrinted("Now listening on");
            Assert.Equal("12 squared is 144", await http.GetStringAsync($"{address}/square/12"));
            Assert.Equal("12 squared is 144", await http.GetStringAsync($"{address}/square/12"));
            Assert.Equal(instance == 0, web.Printed.Contains("Computing the square of 12", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void JournalGrains_GoesOnWhereTheLastRunEnded()
    {
        for (int run = 1; run <= 2; run++) PrintsItsRun(run, "JournalGrains", Ports());
        Assert.True(Directory.Exists(_folder.File("data/grains")));
    }

    [Fact]
    public void StoreGrains_GoesOnWhereTheLastRunEnded()
    {
        using SiloProcess node = StartNode();
        string[] flags = [.. Ports(), "--OrleansKv", Endpoint(node)];
        for (int run = 1; run <= 2; run++) PrintsItsRun(run, "StoreGrains", flags);
    }

    [Fact]
    public void RedisClient_UsesTheEmbeddedServer()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("server"));
        (int code, string printed) = Sample.Run("RedisClient", _folder.Path, $"127.0.0.1:{server.Port}");
        Assert.Equal("greeting is hello\nruns is 1\nheard first on news\n", printed);
        Assert.Equal(0, code);
    }

    private (int Code, string Printed) RunAgainst(string sample, string endpoint)
    {
        string[] flags = sample switch
        {
            "TypedClient" => [endpoint],
            "WebCache" => ["--urls", $"http://127.0.0.1:{FreePort.Next()}", "--OrleansKv", endpoint],
            _ => [.. Ports(), "--OrleansKv", endpoint],
        };
        return Sample.Run(sample, _folder.Path, flags);
    }

    // On a busy machine Orleans' watchdog may warn that it was slow: its line is none of the sample's.
    private void PrintsItsRun(int run, string sample, string[] flags)
    {
        (int code, string printed) = Sample.Run(sample, _folder.Path, flags);
        Assert.Equal($"run {run}", Assert.Single(printed.Split('\n'), line => line.StartsWith("run ", StringComparison.Ordinal)));
        Assert.Equal(0, code);
    }

    private static string[] Ports() => ["--SiloPort", Port(), "--GatewayPort", Port()];

    private static string Port() => FreePort.Next().ToString(CultureInfo.InvariantCulture);

    private static string Endpoint(SiloProcess node) => $"127.0.0.1:{node.GatewayPort}";

    private SiloProcess StartNode() => new SiloProcess("node", _folder.File("node")) { GatewayPort = FreePort.Next() }.Start();
}
