using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

public sealed class SoftwareNameTests
{
    private const string RedisServer = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";

    /// <summary>
    /// Our INFO server says redis_version, as clients want it: "redis 7.0.15 against redis 7.0.15" was the heading of `bars`.
    /// </summary>
    [Fact]
    public void Of_OurServer_IsOurNameAndVersion_ThoughItSaysRedisVersionToo() =>
        Assert.Equal("orleanskv 0.1.0",
            NameOf(section => section == "server"
                ? RedisServer
                : section == "orleanskv" ? "# Orleanskv\r\norleanskv_version:0.1.0\r\nmode:embedded\r\n" : ""));

    [Fact]
    public void Of_Redis_IsRedis() => Assert.Equal("redis 7.0.15", NameOf(section => section == "server" ? RedisServer : ""));

    [Fact]
    public void Of_AServerThatRefusesAnUnknownSection_IsStillNamed() =>
        Assert.Equal("redis 7.0.15", NameOf(section => section == "server" ? RedisServer : null));

    [Fact]
    public void Of_AServerWithoutInfo_IsEmpty() => Assert.Equal("", NameOf(_ => null));

    [Theory]
    [InlineData(ServerAddress.MainOptions)]
    [InlineData("--compare")]
    public void Of_NothingThatListens_NamesTheOptionsOfThatServer(string namedBy)
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // held, and not listened on
        var endPoint = (IPEndPoint)unused.LocalEndPoint!;
        BenchException e = Assert.Throws<BenchException>(() => SoftwareName.Of(endPoint, password: null, namedBy));
        Assert.Equal($"Nothing listens on {endPoint}; start the server, or name another with {namedBy}.", e.Message);
    }

    private static string NameOf(Func<string, string?> info)
    {
        using var server = new ScriptedServer((_, request) =>
        {
            Assert.Equal("INFO", request[0]);
            return info(request[1]) is string text ? $"${text.Length}\r\n{text}\r\n" : "-ERR no such section\r\n";
        });
        return SoftwareName.Of(server.EndPoint, password: null);
    }
}
