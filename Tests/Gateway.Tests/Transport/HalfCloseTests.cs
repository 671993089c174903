using System.Net.Sockets;
using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Gateway.Transport.Streams;
using OrleansKv.Protocol.Records;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>
/// A client that has sent all it has to say closes its half (<c>printf ... | nc -N</c>): everything runs and is answered before the other
/// half closes.
/// </summary>
public sealed class HalfCloseTests
{
    private const int Reads = 1_500;
    private const int ValueBytes = 1_000;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Pipeline_WithRepliesBeyondTheHighWater_RunsToItsEnd(bool usesEpoll, bool isVolatile)
    {
        var shards = new FakeDispatcher { IsVolatile = isVolatile, Appended = new JournalOffset(100) };
        using ITransport transport = Open(shards, usesEpoll);
        using Socket client = Loopback.Connect(transport);
        string value = new('v', ValueBytes);
        string requests = SessionDriver.Encode("set", "big", value)
            + string.Concat(Enumerable.Repeat(SessionDriver.Encode("get", "big"), Reads)) + SessionDriver.Encode("set", "last", "1");
        Say(client, requests);
        string expected = "+OK\r\n" + string.Concat(Enumerable.Repeat($"${ValueBytes}\r\n{value}\r\n", Reads)) + "+OK\r\n";
        Assert.True(expected.Length > Session.OutputHighWaterBytes);
        string answered = Loopback.Read(client, expected.Length + 1); // and the end
        Assert.Equal(expected.Length, answered.Length);
        Assert.Equal(expected, answered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pipeline_ToShardsElsewhere_IsAnsweredWhole(bool usesEpoll)
    {
        using ITransport transport = Open(new AwayDispatcher(signals: true), usesEpoll);
        const int Commands = CommandBatch.MaxFrames + 36;
        for (int round = 0; round < 50; round++)
        {
            using Socket client = Loopback.Connect(transport);
            Say(client, string.Concat(Enumerable.Range(100, Commands).Select(i => SessionDriver.Encode("get", $"k{i}"))));
            string expected = string.Concat(Enumerable.Range(100, Commands).Select(i => $"$4\r\nk{i}\r\n"));
            Assert.Equal(expected, Loopback.Read(client, expected.Length + 1));
        }
    }

    private static ITransport Open(IShardDispatcher shards, bool usesEpoll)
    {
        var gateway = new TestGateway(shards);
        Worker NewWorker(int id) => new(id, null!, gateway.Server.Metrics.AddWorker());
        return usesEpoll && OperatingSystem.IsLinux()
            ? new EpollTransport(gateway.Server, 1, NewWorker)
            : new StreamTransport(gateway.Server, null, NewWorker);
    }

    private static void Say(Socket client, string requests)
    {
        client.Send(Encoding.ASCII.GetBytes(requests));
        client.Shutdown(SocketShutdown.Send);
    }
}
