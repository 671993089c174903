using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>FAULT: refused where the host has none, else handed to it as it came.</summary>
public sealed class FaultCommandTests : IFaultControl
{
    private readonly TestGateway _gateway = new();
    private readonly List<string> _calls = [];

    [Theory]
    [InlineData("fault list")]
    [InlineData("fault clear")]
    [InlineData("fault set pause 1")]
    public void WithoutFaults_IsRefused(string line) => Assert.Equal(
        "-ERR faults on purpose are off: start a node of a cluster with --enable-faults yes\r\n", _gateway.Connect().Do(line));

    [Fact]
    public void WithFaults_IsTheHosts()
    {
        _gateway.Host.Faults = this;
        SessionDriver client = _gateway.Connect();
        Assert.Equal("+OK\r\n", client.Do("FAULT SET partition n2,n3"));
        Assert.Equal("-ERR there is none\r\n", client.Do("fault set no 1"));
        Assert.Equal("+OK\r\n", client.Do("fault clear"));
        Assert.Equal("-ERR there is none\r\n", client.Do("fault clear no"));
        Assert.Equal("-ERR syntax error\r\n", client.Do("fault clear a b"));
        Assert.Equal("*2\r\n$5\r\ndelay\r\n$1\r\n7\r\n", client.Do("fault list"));
        Assert.StartsWith("*", client.Do("fault help"), StringComparison.Ordinal);
        Assert.Equal(["set partition n2,n3", "set no 1", "clear all", "clear no"], _calls);
        Assert.Empty(_gateway.Faults);
    }

    IReadOnlyList<(string Name, string Value)> IFaultControl.List() => [("delay", "7")];

    string? IFaultControl.Set(string name, string value)
    {
        _calls.Add($"set {name} {value}");
        return name == "no" ? "there is none" : null;
    }

    string? IFaultControl.Clear(string? name)
    {
        _calls.Add($"clear {name ?? "all"}");
        return name == "no" ? "there is none" : null;
    }
}
