using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>MULTI, BATCH and WATCH over many shards of a real server: all of a group or none of it, also after a crash.</summary>
public sealed class TransactionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FlushAll_BetweenTheWritesOfATransaction_IsRecovered()
    {
        using (ServerProcess server = ServerProcess.Start(_folder.File("data")))
        {
            using RespClient client = server.Connect();
            Assert.Equal("OK", client.Call("SET", "old", "1"));
            Assert.Equal("OK", client.Call("MULTI"));
            string[][] commands = [["SET", "a", "1"], ["SET", "b", "2"], ["FLUSHALL"], ["SET", "c", "3"], ["SET", "d", "4"]];
            foreach (string[] command in commands) Assert.Equal("QUEUED", client.Call(command));
            Assert.Equal("[OK, OK, OK, OK, OK]", client.Call("EXEC"));
            Assert.Equal("OK", client.Call("SET", "after", "5"));
            server.Kill();
        }

        using ServerProcess again = ServerProcess.Start(_folder.File("data"));
        using RespClient reader = again.Connect();
        Assert.Equal(":3", reader.Call("DBSIZE"));
        Assert.Equal("[3, 4, 5]", reader.Call("MGET", "c", "d", "after"));
    }

    [Fact]
    public void KeyThatIsTooLong_IsRefusedInEveryGroup()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"));
        using RespClient client = server.Connect();
        string key = new('k', 65_536);
        Assert.Equal("OK", client.Call("MULTI"));
        Assert.Equal("QUEUED", client.Call("SET", "a", "1"));
        Assert.Equal("QUEUED", client.Call("SET", key, "v"));
        Assert.Equal("-EXECABORT Transaction discarded because of: ERR key is longer than 65535 bytes", client.Call("EXEC"));
        client.Send("BATCH", "2");
        client.Send("PUT", "b", "1");
        Assert.Equal("[OK, -ERR key is longer than 65535 bytes]", client.Call("PUT", key, "v"));
        Assert.Equal("b", client.Call("RANDOMKEY"));
        Assert.Equal(":1", client.Call("DBSIZE"));
        Assert.Equal("OK", client.Call("SAVE"));
    }

    [Fact]
    public void MemoryThatRanOut_RefusesTheWholeGroup()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--eviction-policy", "noeviction");
        using RespClient client = server.Connect(), other = server.Connect();
        Assert.Equal("OK", client.Call("SET", "from", "payload"));
        Assert.Equal("OK", client.Call("MULTI"));
        Assert.Equal("QUEUED", client.Call("SET", "to", "payload"));
        Assert.Equal("QUEUED", client.Call("DEL", "from"));
        Assert.Equal("OK", other.Call("CONFIG", "SET", "maxmemory", "1"));
        Assert.Equal("-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.",
            client.Call("EXEC"));
        client.Send("BATCH", "2");
        client.Send("DEL", "from");
        const string Refused = "-OOM command not allowed when used memory > 'maxmemory'.";
        Assert.Equal($"[{Refused}, {Refused}]", client.Call("PUT", "to", "payload"));
        Assert.Equal("[payload, (nil)]", client.Call("MGET", "from", "to"));
        Assert.Equal("OK", client.Call("MULTI"));
        Assert.Equal("QUEUED", client.Call("DEL", "from"));
        Assert.Equal("[:1]", client.Call("EXEC"));
    }

    [Theory]
    [InlineData("SET lock 1", "DEL lock")]
    [InlineData("SET lock 1 PX 1", "EXISTS lock")] // polled until it is gone
    [InlineData("RENAME other lock", "RENAME lock other")]
    [InlineData("SET lock 1", "FLUSHALL")]
    public void WatchedKeyThatCameAndWent_HasChanged(string come, string go)
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"));
        using RespClient client = server.Connect(), other = server.Connect();
        Assert.Equal("OK", client.Call("SET", "other", "1"));
        Assert.Equal("OK", client.Call("WATCH", "lock"));
        Assert.StartsWith("OK", other.Call(come.Split(' ')), StringComparison.Ordinal);
        while (other.Call(go.Split(' ')) == ":1" && go.StartsWith("EXISTS", StringComparison.Ordinal))
        {
            // not yet
        }

        Assert.Equal("OK", client.Call("MULTI"));
        Assert.Equal("QUEUED", client.Call("PING"));
        Assert.Null(client.Call("EXEC"));
    }

    [Fact]
    public void WatchedKeyThatIsNotThere_AndStaysSo_HasNotChanged()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--shards", "1");
        using RespClient client = server.Connect(), other = server.Connect();
        Assert.Equal("OK", client.Call("WATCH", "lock"));
        Assert.Equal("OK", other.Call("SET", "stranger", "1"));
        Assert.Equal(":1", other.Call("DEL", "stranger"));
        Assert.Equal("OK", client.Call("MULTI"));
        Assert.Equal("QUEUED", client.Call("SET", "lock", "1", "NX"));
        Assert.Equal("[OK]", client.Call("EXEC"));
    }

    [Fact]
    public void CommandsOfTheServerItself_BetweenTheWritesOfManyClients_HoldNobodyUp()
    {
        const int Clients = 4, Rounds = 150; // without the mend it stood still after some tens
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--workers", "2");
        Parallel.For(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, c =>
        {
            using RespClient client = server.Connect();
            for (int i = 0; i < Rounds; i++)
            {
                client.Send("MULTI");
                client.Send("SET", string.Create(CultureInfo.InvariantCulture, $"k{c}-{i}"), "v");
                client.Send("INFO");
                client.Send("CONFIG", "SET", "maxmemory", "1gb");
                client.Send("MEMORY", "STATS");
                client.Send("GET", string.Create(CultureInfo.InvariantCulture, $"k{c}-{i}"));
                client.Send("EXEC");
                Assert.Equal("OK", client.Read());
                for (int queued = 0; queued < 5; queued++) Assert.Equal("QUEUED", client.Read());
                string replies = client.Read()!;
                Assert.StartsWith("[OK, # Server", replies, StringComparison.Ordinal);
                Assert.EndsWith(", v]", replies, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void WebPage_ThatMakesABrowserWriteHere_IsCutOff()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"));
        using RespClient browser = server.Connect(), client = server.Connect();
        browser.SendRaw("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\nSET pwned 1\r\nSET pwned 2\r\n"u8);
        Assert.Throws<IOException>(() => browser.Read());
        using RespClient cut = server.Connect();
        cut.SendRaw("PING\r\nhost: x\r\nSET pwned 3\r\n"u8);
        Assert.Equal("PONG", cut.Read());
        Assert.Throws<IOException>(() => cut.Read());
        Assert.Null(client.Call("GET", "pwned"));
        Assert.Equal(0, server.Terminate()); // all that it has printed has been read then
        Assert.Contains("it speaks HTTP", server.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public void PasswordThatIsTakenAway_LetsOpenConnectionsIn()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--requirepass", "sesame");
        using RespClient locked = server.Connect(), admin = server.Connect();
        Assert.StartsWith("-NOAUTH", locked.Call("GET", "a"), StringComparison.Ordinal);
        Assert.Equal("OK", admin.Call("AUTH", "sesame"));
        Assert.Equal("OK", admin.Call("CONFIG", "SET", "requirepass", ""));
        Assert.Null(locked.Call("GET", "a"));
        Assert.Equal("OK", admin.Call("CONFIG", "SET", "requirepass", "again"));
        Assert.StartsWith("-NOAUTH", locked.Call("GET", "a"), StringComparison.Ordinal);
        Assert.Null(admin.Call("GET", "a"));
    }
}
