using System.Text;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.BadInput;

/// <summary>Clients that misbehave: each gets a clear error, and no other connection notices.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServerProcess _server;
    private readonly RespClient _bystander;

    public ConnectionTests()
    {
        _server = ServerProcess.Start(
            _folder.Path, "--persistence", "off", "--maxclients", "8", "--max-value-bytes", "1mb", "--output-limit", "4mb");
        _bystander = _server.Connect();
    }

    public void Dispose()
    {
        Assert.Equal("PONG", _bystander.Call("PING"));
        _bystander.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("*12x\r\n", "invalid multibulk length")]
    [InlineData("*99999999999\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n$-5\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$99999999999\r\n", "invalid bulk length")]
    [InlineData("*2\r\n$3\r\nGET\r\nfoo\r\n", "expected '$', got 'f'")]
    [InlineData("SET a \"unbalanced\r\n", "unbalanced quotes")]
    public void BrokenProtocol_AnswersAndCloses(string bytes, string error)
    {
        using RespClient client = _server.Connect();
        client.SendRaw(Encoding.Latin1.GetBytes(bytes));
        Assert.Contains(error, client.Read());
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void HugeInlineLine_AnswersAndCloses()
    {
        using RespClient client = _server.Connect();
        client.SendRaw(Encoding.Latin1.GetBytes(new string('a', 70_000)));
        Assert.Contains("too big inline request", client.Read());
    }

    [Fact]
    public void ValueAboveTheLimit_AnswersAndCloses()
    {
        using RespClient client = _server.Connect();
        client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2000000\r\n"u8);
        Assert.Contains("invalid bulk length", client.Read());
        Assert.True(client.IsClosedByServer());
    }

    // A bug that was: by parts a value could grow to 512 MiB, whatever --max-value-bytes said.
    [Fact]
    public void ValueThatWouldGrowAboveTheLimit_IsRefused()
    {
        const string TooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";
        using RespClient client = _server.Connect();
        Assert.Equal(":1048576", client.Call("SETRANGE", "grown", "1048575", "x"));
        Assert.Equal(TooLong, client.Call("SETRANGE", "grown", "1048576", "x"));
        Assert.Equal(TooLong, client.Call("APPEND", "grown", "x"));
        Assert.Equal("-ERR bit offset is not an integer or out of range", client.Call("SETBIT", "grown", "8388608", "1"));
        Assert.Equal(":0", client.Call("SETBIT", "grown", "8388606", "1"));
        Assert.Equal("OK", client.Call("CONFIG", "SET", "max-value-bytes", "2mb"));
        Assert.Equal(":1048577", client.Call("APPEND", "grown", "x"));
    }

    [Fact]
    public void KeyAboveTheLimit_AnswersAndStaysUsable()
    {
        using RespClient client = _server.Connect();
        Assert.StartsWith("-ERR key is longer", client.Call("SET", new string('k', 70_000), "v"));
        Assert.Equal("PONG", client.Call("PING"));
    }

    [Fact]
    public void HalfACommandThenGone_LosesNothing()
    {
        using (RespClient client = _server.Connect()) client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$10\r\n12345"u8);
        Assert.Null(_bystander.Call("GET", "a"));
    }

    [Fact]
    public void UnknownCommand_KeepsTheConnectionInStep()
    {
        using RespClient client = _server.Connect();
        client.Send("NOSUCH", "a", "b");
        client.Send("PING");
        Assert.Equal("-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ", client.Read());
        Assert.Equal("PONG", client.Read());
    }

    [Fact]
    public void TooManyClients_TheNextIsToldSo()
    {
        var clients = new List<RespClient>();
        for (int i = 0; i < 7; i++)
        {
            clients.Add(_server.Connect());
            Assert.Equal("PONG", clients[i].Call("PING"));
        }

        using (RespClient refused = _server.Connect()) Assert.Equal("-ERR max number of clients reached", refused.Read());
        foreach (RespClient client in clients) client.Dispose();
    }

    [Fact]
    public void SubscriberThatDoesNotRead_IsCutOff()
    {
        using RespClient subscriber = _server.Connect();
        Assert.Equal("[subscribe, news, :1]", subscriber.Call("SUBSCRIBE", "news"));
        string message = new('m', 500_000);
        string? receivers = ":1";
        for (int i = 0; i < 200 && receivers == ":1"; i++) receivers = _bystander.Call("PUBLISH", "news", message);
        Assert.Equal(":0", receivers);
        Assert.True(subscriber.IsClosedByServer());
    }

    [Fact]
    public void PipelinedLargeReads_WithoutReading_DoNotEatMemory()
    {
        Assert.Equal("OK", _bystander.Call("SET", "large", new string('v', 1_000_000)));
        using RespClient client = _server.Connect();
        const int Reads = 500;
        for (int i = 0; i < Reads; i++) client.Send("GET", "large");
        Assert.Equal("PONG", _bystander.Call("PING"));
        for (int i = 0; i < Reads; i++) Assert.Equal(1_000_000, client.Read()!.Length);
        long resident = long.Parse(
            File.ReadLines($"/proc/{_server.ProcessId}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(resident, 0, 300_000); // kB; all 500 replies at once would be 500 MB
    }
}
