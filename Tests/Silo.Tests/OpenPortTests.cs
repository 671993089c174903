using System.Net;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>What a node opens, and what it prints.</summary>
public sealed class OpenPortTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HttpPort0_OpensNoHttpPort()
    {
        using SiloProcess node = new SiloProcess("node", _folder.File("node")) { HttpPort = 0 }.Start();
        Assert.Equal(
            new[] { node.Port, node.SiloPort, node.ControlPort }.Order(), OpenPorts.Of(node.ProcessId).Select(e => e.Port).Order());
        Assert.Equal("PONG", node.Call("PING"));
        Assert.Equal(0, node.Terminate());
    }

    [OwnAddressFact]
    public void Advertise_BeyondLoopback_ListensThereAlone()
    {
        using var node = new SiloProcess("node", _folder.File("node")) { GatewayPort = FreePort.Next() };
        string own = OpenPorts.OwnAddress!.ToString();
        node.Start("--advertise", own, "--silo-insecure", "yes");
        IReadOnlyList<IPEndPoint> open = OpenPorts.Of(node.ProcessId);
        foreach (int port in (int[])[node.SiloPort, node.ControlPort, node.GatewayPort])
            Assert.Equal(own, Assert.Single(open, e => e.Port == port).Address.ToString());
        Assert.Equal(IPAddress.Loopback, Assert.Single(open, e => e.Port == node.Port).Address);
    }

    [Fact]
    public void LogLevelWarning_PrintsNothingOfLess()
    {
        using SiloProcess quiet = new SiloProcess("quiet", _folder.File("quiet")).Start("--log-level", "warning"),
        other = new SiloProcess("other", _folder.File("other")).Start();
        Assert.DoesNotContain("info: ", quiet.Printed, StringComparison.Ordinal);
        Assert.Equal(0, other.Terminate());
        Assert.Contains("info: Stopping", other.Printed, StringComparison.Ordinal);
        Assert.Equal("OK", quiet.Call("CONFIG", "SET", "loglevel", "notice"));
        using SiloProcess joiner = new SiloProcess("joiner", _folder.File("joiner")).Start("--join", $"127.0.0.1:{quiet.SiloPort}");
        quiet.AwaitPrinted("Node joiner has joined");
    }
}
