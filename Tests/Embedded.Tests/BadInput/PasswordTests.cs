using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.BadInput;

/// <summary>--requirepass.</summary>
public sealed class PasswordTests
{
    [Fact]
    public void WithoutPassword_NothingRuns_WithIt_Everything()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.Start(folder.Path, "--persistence", "off", "--requirepass", "sesame");
        using RespClient client = server.Connect();
        Assert.Equal("-NOAUTH Authentication required.", client.Call("GET", "a"));
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", client.Call("AUTH", "wrong"));
        Assert.Equal("-NOAUTH Authentication required.", client.Call("SET", "a", "1"));
        Assert.Equal("OK", client.Call("AUTH", "default", "sesame"));
        Assert.Equal("OK", client.Call("SET", "a", "1"));
    }

    [Fact]
    public void Unauthenticated_MayNotSendMuch()
    {
        using var folder = new TempFolder();
        using ServerProcess server = ServerProcess.Start(folder.Path, "--persistence", "off", "--requirepass", "sesame");
        using RespClient many = server.Connect();
        many.SendRaw("*100\r\n"u8);
        Assert.Contains("unauthenticated multibulk length", many.Read());
        using RespClient large = server.Connect();
        large.SendRaw("*2\r\n$100000\r\n"u8);
        Assert.Contains("unauthenticated bulk length", large.Read());
    }
}
