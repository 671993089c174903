using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.PubSub;

/// <summary>Clients that do not read what others have sent to them.</summary>
public sealed class OutputLimitTests
{
    private const int MessageBytes = 10_000;

    private readonly TestGateway _gateway = new("client-output-buffer-limit", "pubsub 1mb 100kb 60");
    private readonly SessionDriver _publisher;

    public OutputLimitTests() => _publisher = _gateway.Connect();

    [Fact]
    public void HardLimit_Reached_CutsOffAndGivesTheMemoryBack()
    {
        SessionDriver listener = Listener();
        Publish(100);
        Assert.Null(listener.Session.Killed);
        Assert.InRange(listener.Session.Memory.OutputBytes, 100 * MessageBytes, 110 * MessageBytes);
        Publish(100);
        Assert.NotNull(listener.Session.Killed);
        Assert.Equal((0L, 0), (listener.Session.Memory.OutputBytes, listener.Session.Memory.OutputChunks));
        Assert.Equal(0, listener.Session.Outbox.Length);
        Assert.Equal(1, _gateway.Server.Sessions.CutOff);
        Assert.Contains("client_output_buffer_limit_disconnections:1\r\n", _publisher.Do("info stats"), StringComparison.Ordinal);
        Assert.Equal("+OK\r\n", _publisher.Do("config resetstat"));
        Assert.Equal(0, _gateway.Server.Sessions.CutOff);
    }

    [Fact]
    public void HardLimit_OneByteLess_IsKept()
    {
        _publisher.Do("config set client-output-buffer-limit \"pubsub 1048576 0 0\"");
        SessionDriver listener = Listener();
        listener.Session.Outbox.Post(new byte[1_048_576 + OutputWatch.FreeBytes - 1]);
        Assert.Null(listener.Session.Killed);
        listener.Session.Outbox.Post(new byte[1]);
        Assert.NotNull(listener.Session.Killed);
    }

    [Fact]
    public void SoftLimit_ForItsSeconds_IsKeptAndThenCutOff()
    {
        SessionDriver listener = Listener();
        Publish(20);
        _gateway.Time.Advance(60_000);
        Publish(1);
        Assert.Null(listener.Session.Killed);
        _gateway.Time.Advance(1);
        Publish(1);
        Assert.NotNull(listener.Session.Killed);
    }

    [Fact]
    public void SoftLimit_WithoutFurtherMessages_IsSeenByTheSecondsLook()
    {
        SessionDriver listener = Listener();
        Publish(20);
        _gateway.Time.Advance(60_001);
        listener.Session.LookAtOutput();
        Assert.NotNull(listener.Session.Killed);
        Assert.Equal(0, listener.Session.Memory.OutputBytes);
    }

    [Fact]
    public void SoftLimit_LeftInBetween_BeginsAgain()
    {
        SessionDriver listener = Listener();
        Publish(20);
        _gateway.Time.Advance(50_000);
        listener.Turn(); // it reads
        listener.Session.LookAtOutput();
        Publish(20);
        _gateway.Time.Advance(50_000);
        listener.Session.LookAtOutput();
        Assert.Null(listener.Session.Killed);
    }

    [Fact]
    public void Bytes_ThatTheTransportHolds_Count()
    {
        SessionDriver listener = Listener();
        ((FakeConnection)listener.Session.Connection).PendingBytes = 1024 * 1024;
        Publish(3);
        Assert.NotNull(listener.Session.Killed);
    }

    [Fact]
    public void Monitor_WithoutALimitOfItsOwn_HasThatOfASubscriber()
    {
        SessionDriver monitor = _gateway.Connect();
        monitor.Do("monitor");
        for (int i = 0; i < 120; i++) _publisher.Call("echo", new string('x', MessageBytes));
        Assert.NotNull(monitor.Session.Killed);
        Assert.Equal(0, monitor.Session.Memory.OutputBytes);
    }

    [Fact]
    public void Monitor_WhenNormalClientsHaveALimit_HasThat()
    {
        _publisher.Do("config set client-output-buffer-limit \"normal 4mb 0 0\"");
        SessionDriver monitor = _gateway.Connect();
        monitor.Do("monitor");
        for (int i = 0; i < 120; i++) _publisher.Call("echo", new string('x', MessageBytes));
        Assert.Null(monitor.Session.Killed);
    }

    [Fact]
    public void Replies_OfANormalClient_AreHeldToItsOwnClass()
    {
        Assert.False(_publisher.Session.ExceedsOutputLimit(1L << 40));
        _publisher.Do("config set client-output-buffer-limit \"normal 4mb 0 0\"");
        Assert.False(_publisher.Session.ExceedsOutputLimit(4 << 20));
        Assert.True(_publisher.Session.ExceedsOutputLimit((4 << 20) + OutputWatch.FreeBytes));
        Assert.False(_publisher.Session.ExceedsOutputLimit(1L << 40)); // said once
    }

    [Fact]
    public void ClientList_ShowsWhatIsHeld()
    {
        SessionDriver listener = Listener();
        Publish(5);
        SessionMemory memory = listener.Session.Memory;
        Assert.Contains(
            $" multi-mem=0 rbs=0 rbp=0 obl=0 oll={memory.OutputChunks} omem={memory.OutputBytes} tot-mem={memory.TotalBytes} events=rw ",
            _publisher.Do($"client list id {listener.Session.Id}"),
            StringComparison.Ordinal);
        Assert.True(memory is { OutputChunks: > 0, OutputBytes: >= 5 * MessageBytes, KeptBytes: > 0 }
            && memory.TotalBytes > memory.OutputBytes + memory.KeptBytes);
        listener.Turn();
        Assert.Contains(" oll=0 omem=0 ", _publisher.Do($"client list id {listener.Session.Id}"), StringComparison.Ordinal);
    }

    private SessionDriver Listener()
    {
        SessionDriver listener = _gateway.Connect();
        listener.Do("subscribe a");
        return listener;
    }

    private void Publish(int count)
    {
        for (int i = 0; i < count; i++) _publisher.Call("publish", "a", new string('x', MessageBytes));
    }
}
