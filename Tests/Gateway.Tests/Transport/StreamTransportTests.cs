using System.Net.Sockets;
using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport.Streams;
using OrleansKv.Protocol.Records;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>The portable transport over real sockets on loopback, with shards that answer from other threads.</summary>
public sealed class StreamTransportTests
{
    /// <summary>
    /// More than both sockets' buffers hold (4 and 6 MiB at most on Linux by default): a send of it ends only when the peer reads.
    /// </summary>
    private const int StuckBytes = 32 * 1024 * 1024;

    [Fact]
    public void Pipeline_LongerThanABatch_IsAnsweredWhole()
    {
        var gateway = new TestGateway(new AwayDispatcher(signals: true));
        using var transport = new StreamTransport(gateway.Server, null, id => new Worker(id, null!, gateway.Server.Metrics.AddWorker()));
        using Socket client = Loopback.Connect(transport);
        const int Commands = CommandBatch.MaxFrames + 36;
        client.Send(Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(100, Commands).Select(i => SessionDriver.Encode("get", $"k{i}")))));
        string expected = string.Concat(Enumerable.Range(100, Commands).Select(i => $"$4\r\nk{i}\r\n"));
        Assert.Equal(expected, Loopback.Read(client, expected.Length));
    }

    [Fact]
    public void JournalFailure_EndsWhoWrote_AndServesWhoReads()
    {
        var shards = new FakeDispatcher { IsVolatile = false, Commits = false, Appended = new JournalOffset(100) };
        var gateway = new TestGateway(shards);
        using var transport = new StreamTransport(gateway.Server, null, id => new Worker(id, null!, gateway.Server.Metrics.AddWorker()));
        using Socket reader = Loopback.Connect(transport), writer = Loopback.Connect(transport);
        for (int i = 0; i < 3; i++)
        {
            Ask(reader, "$-1\r\n", "get", "k");
            shards.Appended = new JournalOffset(101 + i); // keys expire
        }

        // Its connection has begun, and tried its commit, before the append that is the write's own.
        Ask(writer, "$-1\r\n", "get", "k");
        shards.Appended = new JournalOffset(200);
        const string Refusal = "-MISCONF ";
        Ask(writer, Refusal, "set", "k", "v");
        while (writer.Receive(new byte[256]) > 0)
        {
            // the rest of the message, and the end
        }

        Ask(reader, "$1\r\nv\r\n", "get", "k");
    }

    [Fact]
    public void ClientThatDoesNotRead_IsKilled()
    {
        var gateway = new TestGateway();
        using var transport = new StreamTransport(gateway.Server, null, id => new Worker(id, null!, gateway.Server.Metrics.AddWorker()));
        using Socket client = Loopback.Connect(transport);
        Ask(client, "+PONG\r\n", "ping");
        Session session = Assert.Single(gateway.Server.Sessions.All);
        session.Outbox.Post(new byte[StuckBytes]);
        Loopback.Await(() => session.Connection.PendingBytes > 0, "the send to begin");
        session.Kill("a test");
        Loopback.Await(() => !gateway.Server.Sessions.All.Any(), "the killed session to end");
    }

    private static void Ask(Socket client, string expected, params string[] words)
    {
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode(words)));
        Assert.Equal(expected, Loopback.Read(client, expected.Length));
    }
}
