using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>CONFIG SET takes effect at once, on the parts that live in the gateway.</summary>
public sealed class SettingsTests
{
    private readonly TestGateway _gateway = new();

    [Fact]
    public void ConfigSet_RequirePass_AsksNewConnectionsForIt()
    {
        SessionDriver old = _gateway.Connect();
        Assert.Equal("+OK\r\n", old.Do("config set requirepass sesame"));
        Assert.Equal("+PONG\r\n", old.Do("ping"));
        SessionDriver client = _gateway.Connect();
        Assert.Equal("-NOAUTH Authentication required.\r\n", client.Do("ping"));
        Assert.Equal("+OK\r\n+PONG\r\n", client.Send("auth sesame\r\nping\r\n"));
        Assert.Contains("#d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272", client.Do("acl list"));
        Assert.Contains("$64\r\nd0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272", client.Do("acl getuser default"));
    }

    [Fact]
    public void ConfigSet_Limits_ReachTheServer()
    {
        SessionDriver client = _gateway.Connect();
        Assert.Equal("+OK\r\n", client.Do("config set maxclients 7 proto-max-bulk-len 2mb output-limit 0"));
        Assert.Equal((7, 2 << 20, true),
            (_gateway.Server.MaxClients, _gateway.Server.MaxValueBytes, _gateway.Server.OutputLimits.PubSub.IsUnlimited));
    }

    [Fact]
    public void ConfigSet_OneOfSeveralWrong_ChangesNothing()
    {
        SessionDriver client = _gateway.Connect();
        Assert.StartsWith("-ERR CONFIG SET failed (possibly related to argument 'maxmemory')",
            client.Do("config set timeout 9 maxmemory x"));
        Assert.Equal("*2\r\n$7\r\ntimeout\r\n$1\r\n0\r\n", client.Do("config get timeout"));
    }

    [Fact]
    public void ConfigGet_SeveralPatterns_ShowsEachOnce()
    {
        string reply = _gateway.Connect().Do("config get maxmemor* maxmemory");
        Assert.Equal(2, reply.Split("$9\r\nmaxmemory\r\n").Length);
        Assert.Contains("maxmemory-policy", reply);
    }
}
