using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>What goes to the journal: nothing where nothing changed, and little where little did.</summary>
public sealed class EffectTests : IDisposable
{
    private readonly CommandHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("del none")]
    [InlineData("unlink none none2")]
    [InlineData("getdel none")]
    [InlineData("getex none persist")]
    [InlineData("getex a persist")]
    [InlineData("getex a")]
    [InlineData("persist a")]
    [InlineData("persist none")]
    [InlineData("expire none 10")]
    [InlineData("expire a 10 xx")]
    [InlineData("set a 1 nx")]
    [InlineData("set none 1 xx")]
    [InlineData("setnx a 2")]
    [InlineData("msetnx none 1 a 2")]
    [InlineData("setrange none 10 ")]
    [InlineData("setbit a 0 0")]
    [InlineData("bitfield a get u8 0")]
    [InlineData("bitop and none none2")]
    [InlineData("renamenx a b")]
    [InlineData("rename a a")]
    [InlineData("copy a b")]
    [InlineData("incr b")]
    [InlineData("incrbyfloat b 1")]
    [InlineData("restore a 0 x")]
    [InlineData("get a")]
    [InlineData("touch a")]
    public void Command_ThatChangesNothing_EmitsNothing(string line)
    {
        _host.Do("mset a 5 b text");
        _host.Replica.Effects.Clear();
        _host.Events.Clear();
        _host.Do(line);
        Assert.Empty(_host.Replica.Effects);
        Assert.DoesNotContain(_host.Events, e => !e.StartsWith("keymiss ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("append big x", 1)]
    [InlineData("setrange big 500000 xyz", 3)]
    [InlineData("setbit big 4000000 1", 1)]
    [InlineData("bitfield big set u16 4000000 7 incrby u8 4000016 1", 3)]
    [InlineData("bitfield big set u16 4000000 7 get u8 0", 2)]
    public void SmallChange_OfALargeValue_JournalsTheChange(string line, int bytes)
    {
        _host.Do("set big " + new string('a', 1_000_000));
        _host.Replica.Effects.Clear();
        _host.Do(line);
        Assert.Equal([(EffectKind.Patch, bytes)], _host.Replica.Effects);
        _host.AssertReplicaIsEqual();
    }

    [Fact]
    public void Expire_IsAnAbsoluteDeadline()
    {
        _host.Do("set a 1");
        _host.Do("expire a 10");
        _host.NowMs += 9_999;
        Assert.Equal(":1\r\n", _host.Do("exists a"));
        _host.NowMs += 1;
        Assert.Equal(":0\r\n", _host.Do("exists a"));
        Assert.Equal("expired a", _host.Events[^2]);
        Assert.Equal(EffectKind.Delete, _host.Replica.Effects[^1].Kind);
        _host.AssertReplicaIsEqual();
    }

    [Theory]
    [InlineData("expire a 0")]
    [InlineData("pexpireat a 1")]
    [InlineData("getex a exat 1")]
    [InlineData("set a 2 exat 1")]
    public void DeadlineThatIsOver_DeletesAtOnce(string line)
    {
        _host.Do("set a 1");
        _host.Do(line);
        Assert.Equal(EffectKind.Delete, _host.Replica.Effects[^1].Kind);
        Assert.Equal(0, _host.Count);
        _host.AssertReplicaIsEqual();
    }

    [Fact]
    public void ObjectVersion_IsThePositionOfTheLastWrite()
    {
        _host.Do("set a 1");
        string first = _host.Do("object version a");
        _host.Do("get a");
        Assert.Equal(first, _host.Do("object version a"));
        _host.Do("append a 2");
        Assert.Matches(@"^\$\d+\r\n1:1\r\n$", first);
        Assert.Matches(@"^\$\d+\r\n1:2\r\n$", _host.Do("object version a"));
        Assert.Equal("$-1\r\n", _host.Do("object version none"));
    }

    [Fact]
    public void RestoreIdleTime_ShowsInObjectIdleTime()
    {
        string payload = _host.Do("set a 1") + _host.Do("dump a");
        byte[] bytes = CommandHost.Bytes(payload[(payload.LastIndexOf("\r\n\0", StringComparison.Ordinal) + 2)..^2]);
        Assert.Equal("+OK\r\n"u8.ToArray(), _host.Run([.. Words.Of("restore b 0"), bytes, .. Words.Of("idletime 1000")]));
        Assert.Equal(":1000\r\n", _host.Do("object idletime b"));
        Assert.Equal(":0\r\n", _host.Do("object idletime a"));
    }

    // The line protocol's words.
    [Theory]
    [InlineData("put k v", "+OK\r\n")]
    [InlineData("put k v 100", "+OK\r\n")]
    [InlineData("put k v 0", "-ERR invalid expire time in 'put' command\r\n")]
    [InlineData("put k v x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("put k v 1 2", "-ERR syntax error\r\n")]
    [InlineData("put k", "-ERR wrong number of arguments for 'put' command\r\n")]
    [InlineData("contains k", ":0\r\n")]
    [InlineData("contains here", ":1\r\n")]
    [InlineData("delete here none", ":1\r\n")]
    public void LineCommand_Answers(string line, string reply)
    {
        _host.Do("set here 1");
        Assert.Equal(reply, _host.Do(line));
    }
}
