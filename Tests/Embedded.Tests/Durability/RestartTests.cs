using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Durability;

/// <summary>Stopping and starting as an operator does.</summary>
public sealed class RestartTests
{
    [Fact]
    public void Sigterm_ThenStart_KeepsValuesDeadlinesAndDeletes()
    {
        using var folder = new TempFolder();
        using (ServerProcess server = ServerProcess.Start(folder.Path))
        {
            using RespClient client = server.Connect();
            client.Call("SET", "plain", "1");
            client.Call("SET", "timed", "2", "PXAT", "32503680000000");
            client.Call("SET", "gone", "3");
            client.Call("DEL", "gone");
            client.Call("APPEND", "plain", "23");
            client.Call("INCR", "counter");
            Assert.Equal(0, server.Terminate());
        }

        using ServerProcess again = ServerProcess.Start(folder.Path);
        using RespClient reader = again.Connect();
        Assert.Equal("123", reader.Call("GET", "plain"));
        Assert.Equal("2", reader.Call("GET", "timed"));
        Assert.Equal(":32503680000000", reader.Call("PEXPIRETIME", "timed"));
        Assert.Null(reader.Call("GET", "gone"));
        Assert.Equal("1", reader.Call("GET", "counter"));
        Assert.Equal(":3", reader.Call("DBSIZE"));
    }

    [Fact]
    public void Sigint_WhileClientsAreConnected_EndsCleanly()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.Start(folder.Path);
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Call("SET", "a", "1"));
        Assert.Equal(0, server.Interrupt());
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void Shutdown_FromAClient_EndsCleanlyAndKeepsData()
    {
        using var folder = new TempFolder();
        using (ServerProcess server = ServerProcess.Start(folder.Path))
        {
            using RespClient client = server.Connect();
            client.Call("SET", "a", "1");
            client.Send("SHUTDOWN");
            Assert.True(client.IsClosedByServer());
            Assert.Equal(0, server.WaitForExit());
        }

        using ServerProcess again = ServerProcess.Start(folder.Path);
        using RespClient reader = again.Connect();
        Assert.Equal("1", reader.Call("GET", "a"));
    }

    [Fact]
    public void SecondProcess_OnTheSameFolder_IsRefusedAndHarmsNothing()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.Start(folder.Path);
        (int code, string printed) = ServerProcess.RunToExit(folder.Path);
        Assert.Equal(1, code);
        Assert.Contains(folder.Path, printed);
        Assert.DoesNotContain("   at ", printed);
        using RespClient client = server.Connect();
        Assert.Equal("PONG", client.Call("PING"));
    }

    [Fact]
    public void MemoryOnly_TouchesNoFolder()
    {
        using var folder = new TempFolder();
        string data = folder.File("data");
        using ServerProcess server = ServerProcess.Start(data, "--persistence", "off");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Call("SET", "a", "1"));
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public void Rebalance_ThenKill9_KeepsEveryKeyOnce()
    {
        using var folder = new TempFolder();
        const int Keys = 20_000;
        using (ServerProcess server = ServerProcess.Start(folder.Path, "--shards", "4"))
        {
            using RespClient client = server.Connect();
            for (int i = 0; i < Keys; i++) Assert.Equal("OK", client.Call("SET", $"k{i}", $"v{i}"));
            Assert.DoesNotContain("ERR", client.Call("REBALANCE", "7")!);
            for (int i = 0; i < Keys; i += 97) Assert.Equal("OK", client.Call("SET", $"k{i}", $"w{i}"));
            server.Kill(); // somewhere in the middle of the moves
        }

        using ServerProcess again = ServerProcess.Start(folder.Path);
        using RespClient reader = again.Connect();
        for (int i = 0; i < Keys; i++) Assert.Equal((i % 97 == 0 ? "w" : "v") + i, reader.Call("GET", $"k{i}"));
        Assert.Equal($":{Keys}", reader.Call("DBSIZE"));
    }
}
