using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.BadInput;

/// <summary>A server that may have few files and sockets open refuses clients in time.</summary>
public sealed class DescriptorTests
{
    // A bug that was: with maxclients beyond 'ulimit -n' new clients got nothing, and the next HTTP request or BGSAVE ended the process
    // ("Out of memory.").
    [Fact]
    public async Task MaxClients_BeyondTheDescriptorLimit_IsLowered_AndAFullServerStillWorks()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.StartWithDescriptors(300, folder.File("data"));
        Assert.Contains("maxclients is 44 instead of 10000: 'ulimit -n' is 300", server.Printed);
        using RespClient first = server.Connect();
        Assert.Equal("[maxclients, 44]", first.Call("CONFIG", "GET", "maxclients"));
        Assert.Equal(
            "-ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not able to handle the "
                + "specified number of clients, try with 44",
            first.Call("CONFIG", "SET", "maxclients", "45"));
        Assert.Equal("OK", first.Call("CONFIG", "SET", "maxclients", "44"));

        var clients = new List<RespClient>();
        for (int i = 1; i < 44; i++)
        {
            clients.Add(server.Connect());
            Assert.Equal("PONG", clients[^1].Call("PING"));
        }

        for (int i = 0; i < 200; i++)
        {
            using RespClient tooMany = server.Connect();
            Assert.Equal("-ERR max number of clients reached", tooMany.Read());
        }

        using var http = new HttpClient();
        Assert.Contains("\"state\":\"ready\"", await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.HttpPort}/metrics")));
        Assert.Equal("OK", first.Call("SET", "a", "1"));
        Assert.Equal("Background saving started", first.Call("BGSAVE"));
        Assert.Equal("1", clients[^1].Call("GET", "a"));
        foreach (RespClient client in clients) client.Dispose();
        Assert.Equal(0, server.Terminate());
    }

    [Fact]
    public void DescriptorLimit_BelowWhatTheServerNeeds_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        (int code, string printed) = ServerProcess.RunToExitWithDescriptors(200, folder.File("data"));
        Assert.Equal(1, code);
        Assert.Contains("'ulimit -n' is 200: the server needs 256 descriptors for itself", printed);
    }
}
