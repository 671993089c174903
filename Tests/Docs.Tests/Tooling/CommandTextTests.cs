using OrleansKv.Docs.Tests.Transcripts;

namespace OrleansKv.Docs.Tests.Tooling;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("dotnet run -c Release --project Silo -- --node-id a", "/Silo/bin/", "orleanskv-silo.dll --node-id a", true)]
    [InlineData("dotnet run --no-build -c Release --project Embedded", "/Embedded/bin/", "orleanskv.dll", true)]
    [InlineData("dotnet Embedded/bin/Release/net10.0/orleanskv.dll --port 1", "/Embedded/bin/", "orleanskv.dll --port 1", true)]
    [InlineData("dotnet Embedded/bin/Release/net10.0/orleanskv.dll --help", "/Embedded/bin/", "orleanskv.dll --help", false)]
    [InlineData("dotnet Cli/bin/Release/net10.0/kv.dll wal verify data", "/Cli/bin/", "kv.dll wal verify data", false)]
    [InlineData("redis-cli -p 9090 GET a", "redis-cli --no-raw", "-p 9090 GET a", false)]
    public void Of_ACommand_RunsTheProgramThatWasBuilt(string command, string program, string end, bool isServer)
    {
        CommandText text = CommandText.Of(command);
        Assert.Contains(program, text.Line, StringComparison.Ordinal);
        Assert.EndsWith(end, text.Line, StringComparison.Ordinal);
        Assert.Equal(isServer, text.IsServer);
        Assert.False(text.IsDoneAlready);
    }

    [Theory]
    [InlineData("dotnet run --project Nothing")]
    [InlineData("dotnet Embedded/bin/Release/net10.0/other.dll")]
    public void Of_AProgramThatThisRepositoryDoesNotBuild_IsRefused(string command) =>
        Assert.Throws<FormatException>(() => CommandText.Of(command));

    [Fact]
    public void PortMap_OfTexts_ReplacesPortsAndNoOtherNumbers()
    {
        var ports = new PortMap(["redis-cli -p 7777 SET a 12345"]);
        Assert.Equal($"x:{ports["9090"]} {ports["7777"]} 12345 1.9090 9090.5", ports.Apply("x:9090 7777 12345 1.9090 9090.5"));
        Assert.Equal(5, new[] { "9090", "9100", "11111", "30000", "7777" }.Select(p => ports[p]).Distinct().Count());
    }
}
