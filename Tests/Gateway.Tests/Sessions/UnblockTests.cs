using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>CLIENT UNBLOCK; the replies are redis-server 7.0.15's.</summary>
public sealed class UnblockTests
{
    private readonly TestGateway _gateway = new();
    private readonly SessionDriver _waiting;
    private readonly SessionDriver _other;

    public UnblockTests() => (_waiting, _other) = (_gateway.Connect(), _gateway.Connect());

    [Theory]
    [InlineData("", ":0\r\n")]
    [InlineData(" timeout", ":0\r\n")]
    [InlineData(" ERROR", "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n")]
    public void Unblock_AWait_EndsIt(string how, string answer)
    {
        Assert.Equal("", _waiting.Do("wait 1 0\r\nping"));
        Assert.Equal(":1\r\n", _other.Do($"client unblock {_waiting.Session.Id}{how}"));
        Assert.Equal(":0\r\n", _other.Do($"client unblock {_waiting.Session.Id}{how}")); // it is over, though its thread has not seen it
        Assert.Equal(answer + "+PONG\r\n", _waiting.Turn());
        Assert.Equal(answer[0] == '-', _other.Do("info errorstats").Contains("errorstat_UNBLOCKED:count=1", StringComparison.Ordinal));
    }

    [Fact]
    public void Unblock_WhatIsNotBlocked_IsZero()
    {
        Assert.Equal(":0\r\n", _other.Do($"client unblock {_waiting.Session.Id}"));
        Assert.Equal(":0\r\n", _other.Do($"client unblock {_other.Session.Id}"));
        _other.Do("client pause 100000 write");
        Assert.Equal("", _waiting.Do("set k v"));
        Assert.Equal(":0\r\n", _other.Do($"client unblock {_waiting.Session.Id}"));
        Assert.Equal("", _waiting.Turn());
    }

    [Fact]
    public void Unblock_BehindTheDeadline_IsZero()
    {
        _waiting.Do("wait 1 10");
        _gateway.Time.Advance(10);
        Assert.True(_waiting.Session.Suspension!.IsOver(_gateway.Server.NowMs));
        Assert.Equal(":0\r\n", _other.Do($"client unblock {_waiting.Session.Id} error"));
        Assert.Equal(":0\r\n", _waiting.Turn());
    }

    [Fact]
    public void Tracking_On_SaysThatThereIsNone() => Assert.Equal(
        "-ERR CLIENT TRACKING is not supported: this server sends no invalidation messages; clients must not cache what they read\r\n",
        _other.Do("client tracking on"));
}
