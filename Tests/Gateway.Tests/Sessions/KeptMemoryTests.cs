using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>
/// What a client has the server keep for it is bounded by <c>client-query-buffer-limit</c>, whatever kind it is of, and is given back.
/// </summary>
public sealed class KeptMemoryTests
{
    private readonly TestGateway _gateway = new("client-query-buffer-limit", "1mb");
    private readonly SessionDriver _client;

    public KeptMemoryTests() => _client = _gateway.Connect();

    [Theory]
    [InlineData("set", "multi")]
    [InlineData("watch", "")]
    [InlineData("subscribe", "")]
    [InlineData("psubscribe", "")]
    [InlineData("ssubscribe", "")]
    public void Keeping_BeyondTheLimit_EndsTheClient(string command, string before)
    {
        if (before.Length > 0) _client.Do(before);
        for (int i = 0; i < 9; i++) Keep(command, i);
        Assert.Null(_client.Session.Killed);
        Assert.InRange(_client.Session.Memory.KeptBytes, 900_000, 1 << 20);
        Keep(command, 10);
        Keep(command, 11);
        Assert.NotNull(_client.Session.Killed);
        _client.Session.Closed();
        Assert.InRange(_client.Session.Memory.KeptBytes, 0, 200);
    }

    [Fact]
    public void LongName_BeyondTheLimit_EndsTheClient()
    {
        _client.Call("client", "setname", new string('n', 600_000));
        Assert.NotNull(_client.Session.Killed);
    }

    [Fact]
    public void Exec_GivesTheQueueBack()
    {
        _client.Do("multi");
        Keep("set", 0);
        Assert.Contains(" multi=1 ", _gateway.Connect().Do($"client list id {_client.Session.Id}"), StringComparison.Ordinal);
        Assert.InRange(_client.Session.Memory.TransactionBytes, 100_000, 101_000);
        _client.Do("exec");
        Assert.Equal(0, _client.Session.Memory.TransactionBytes);
    }

    [Fact]
    public void Watch_OfTheSameKeyAgain_TakesNothing()
    {
        Keep("watch", 1);
        long once = _client.Session.KeptBytes;
        Assert.InRange(once, 100_000, 101_000);
        Keep("watch", 1);
        Assert.Equal(once, _client.Session.KeptBytes);
        _client.Do("unwatch");
        Assert.Equal(0, _client.Session.KeptBytes);
    }

    [Fact]
    public void Command_BeyondTheLimit_IsRefusedBeforeItHasCome()
    {
        Assert.Equal("-ERR Protocol error: command longer than client-query-buffer-limit\r\n",
            _client.Send("*2\r\n$4\r\necho\r\n$1048570\r\n"));
        Assert.True(_client.IsClosed);
    }

    private void Keep(string command, int number)
    {
        string name = number + new string('k', 100_000);
        if (command == "set") _client.Call("set", "k", name);
        else _client.Call(command, name);
    }
}
