using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>What a start says, and that it is true.</summary>
public sealed class StartOutputTests
{
    // Bugs that were: http://::1:9100/ and http://0.0.0.0:9100/ open nowhere, and redis-cli -p alone connects to 127.0.0.1.
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:9100/", "redis-cli -p 9090")]
    [InlineData("*", "http://127.0.0.1:9100/", "redis-cli -p 9090")]
    [InlineData("::1", "http://[::1]:9100/", "redis-cli -h ::1 -p 9090")]
    [InlineData("::", "http://[::1]:9100/", "redis-cli -h ::1 -p 9090")]
    [InlineData("10.1.2.3,127.0.0.1", "http://127.0.0.1:9100/", "redis-cli -p 9090")]
    [InlineData("10.1.2.3", "http://10.1.2.3:9100/", "redis-cli -h 10.1.2.3 -p 9090")]
    public void Links_OfAnyBind_CanBeOpened(string bind, string page, string command)
    {
        var inputs = new OptionInputs(["--bind", bind, "--protected-mode", "no"], new Dictionary<string, string>(), File.ReadAllText);
        ServerOptions options = new RuntimeConfig(OptionParser.Parse(inputs, ServerSettings.Table(1)).Values!, null).Current;
        Assert.Equal((page, command), (ClientAddress.StatusPage(options), ClientAddress.RedisCli(options)));
    }

    // A bug that was: the page's link was printed before anybody listened there, also where another program had the port.
    [Fact]
    public void HttpPortInUse_IsSaid_AndNoLinkIsShown()
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using ServerProcess server = ServerProcess.Start(folder.Path, "--http-port", port);
        using RespClient client = server.Connect();
        Assert.Equal("PONG", client.Call("PING"));
        Assert.Equal(0, server.Terminate());
        Assert.Contains($"cannot listen for HTTP on 127.0.0.1 port {port}: another program has it", server.Printed);
        Assert.DoesNotContain("Status:", server.Printed);
    }

    [Fact]
    public void Shards_OfConfigGet_AreTheStoresOwn()
    {
        using var folder = new TempFolder();
        using (ServerProcess server = ServerProcess.Start(folder.Path, "--shards", "8"))
        {
            using RespClient client = server.Connect();
            Assert.Equal("[shards, 8]", client.Call("CONFIG", "GET", "shards"));
            Assert.Equal("[persistence, on]", client.Call("CONFIG", "GET", "persistence"));
            Assert.Equal("[appendonly, yes]", client.Call("CONFIG", "GET", "appendonly"));
            Assert.Equal(0, server.Terminate());
        }

        using ServerProcess other = ServerProcess.Start(folder.Path, "--shards", "5");
        using RespClient again = other.Connect();
        Assert.Equal("[shards, 8]", again.Call("CONFIG", "GET", "shards"));
        Assert.StartsWith("OK moving", again.Call("REBALANCE", "9"));
        Assert.Equal("[shards, 9]", again.Call("CONFIG", "GET", "shard?"));
    }

    // A bug that was: the end of the terminal was the end of the server.
    [Fact]
    public void Hangup_IsIgnored()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.Start(folder.Path);
        using RespClient client = server.Connect();
        server.HangUp();
        for (int i = 0; i < 100; i++) Assert.Equal("OK", client.Call("SET", "a", "1"));
        Assert.Equal(0, server.Terminate());
        Assert.Contains("info: Stopping", server.Printed);
    }
}
