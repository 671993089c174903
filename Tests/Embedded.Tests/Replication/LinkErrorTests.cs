using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Replication;

/// <summary>Links that cannot be: one line says why, and INFO that it is down. And passwords and TLS that are right.</summary>
public sealed class LinkErrorTests : IDisposable
{
    private readonly Servers _servers = new();

    public void Dispose() => _servers.Dispose();

    [Fact]
    public void Password_MustBeTheLeaders_AndMayBeSetWhileTheServerRuns()
    {
        ServerProcess leader = _servers.Start("leader", "--requirepass", "secret");
        ServerProcess follower = _servers.Start("follower", "--replica-of", Servers.At(leader.Port));
        RespClient reader = _servers.Client(follower);
        Told(follower, "is down: it asks for a password: set --masterauth");
        Assert.Contains("master_link_status:down", Servers.Info(reader));
        Assert.Equal("OK", reader.Call("CONFIG", "SET", "masterauth", "wrong"));
        Told(follower, "it does not take the password of --masterauth: WRONGPASS");
        Assert.Equal("OK", reader.Call("CONFIG", "SET", "masterauth", "secret", "masteruser", "default"));
        _servers.AwaitLink(follower);
        Servers.Printed(follower, ("asks for a password", 1));
    }

    [Fact]
    public void Tls_WithTheRightAuthority_AndWithout()
    {
        using var folder = new TempFolder();
        using var right = new SiloCertificates(folder.Path, "right");
        using var wrong = new SiloCertificates(folder.Path, "wrong");
        string[] issued = right.Issue();
        ServerProcess leader = _servers.Start("leader", "--tls-cert", issued[1], "--tls-key", issued[3]);
        string of = Servers.At(leader.Port);
        ServerProcess plain = _servers.Start("plain", "--replica-of", of);
        Told(plain, "does it want TLS (--tls-replication yes)");
        ServerProcess other = _servers.Start("other", "--replica-of", of, "--tls-replication", "yes", "--tls-ca", wrong.AuthorityFile);
        Told(other, "is down: TLS with it fails (--tls-replication, --tls-ca)");
        _servers.Follow("follower", leader, "--tls-replication", "yes", "--tls-ca", right.AuthorityFile);
    }

    [Fact]
    public void NobodyThere_Itself_AndALoop_AreSaidOnce()
    {
        ServerProcess server = _servers.Start("server");
        RespClient client = _servers.Client(server);
        Assert.Equal("-ERR Invalid master port", client.Call("REPLICAOF", "127.0.0.1", "x"));
        Assert.Equal("OK", client.Call("REPLICAOF", "127.0.0.1", "1"));
        Told(server, "The link to the leader 127.0.0.1:1 is down: Connection refused");
        Assert.Equal("OK", client.Call("REPLICAOF", "127.0.0.1", Text(server.Port)));
        Told(server, "a server cannot follow itself");
        ServerProcess other = _servers.Start("other", "--replica-of", Servers.At(server.Port));
        Told(other, "NOMASTERLINK Can't SYNC while not connected with my master");
        Assert.Equal("OK", client.Call("REPLICAOF", "NO", "ONE"));
        Assert.Equal("OK", client.Call("SET", "a", "1"));
        _servers.AwaitLink(other);
        Assert.Equal("1", _servers.Client(other).Call("GET", "a"));
        Servers.Printed(server, ("Connection refused", 1));
    }

    [Fact]
    public async Task ServerThatDoesNotKnowTheStream_IsNamedSo()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using System.Net.Sockets.TcpClient client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[1], 1);
            await client.GetStream().WriteAsync("-ERR unknown command 'REPLSTREAM', with args beginning with: \r\n"u8.ToArray());
        });
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        ServerProcess follower = _servers.Start("follower", "--replica-of", Servers.At(port));
        Told(follower, "it does not know REPLSTREAM: it is an older version, or another server");
        await serving;
    }

    [Fact]
    public void OtherVersionOfTheStream_IsRefused()
    {
        RespClient client = _servers.Client(_servers.Start("leader"));
        Assert.StartsWith("-ERR this server speaks version 1 of the stream, and not version 2",
            client.Call("REPLSTREAM", "2", "x", "1", ""), StringComparison.Ordinal);
        Assert.StartsWith("-ERR a follower's state is too short", client.Call("REPLSTREAM", "1", "x", "1", ""), StringComparison.Ordinal);
        Assert.Equal("-ERR this connection is no follower's", client.Call("REPLACK", "1", "1"));
        Assert.Equal("PONG", client.Call("PING"));
    }

    private static void Told(ServerProcess server, string text) =>
        Servers.Await($"the log to say '{text}'", () => server.Printed.Contains(text, StringComparison.Ordinal), server);

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
