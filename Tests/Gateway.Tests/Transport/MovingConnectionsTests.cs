using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Protocol.Records;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>The number of I/O threads changes while clients talk.</summary>
public sealed class MovingConnectionsTests
{
    private const int Threads = 3;
    private const int Clients = 6;
    private const int Rounds = 300;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Use_AnotherNumberEachRound_KeepsEveryReplyAndMessageInOrder(bool isVolatile)
    {
        if (!OperatingSystem.IsLinux()) return;
        var shards = new FakeDispatcher { IsVolatile = isVolatile, Appended = new JournalOffset(100) };
        using EpollTransport transport = Open(shards, out TestGateway gateway);
        using Socket subscriber = Loopback.Connect(transport);
        AssertReply(subscriber, "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n", "subscribe", "news");
        Socket[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Loopback.Connect(transport))];
        var expected = new StringBuilder();
        for (int round = 100; round < 100 + Rounds; round++)
        {
            string text = round.ToString(CultureInfo.InvariantCulture);
            transport.Use(1 + (round % Threads));
            byte[] commands = Encoding.ASCII.GetBytes(SessionDriver.Encode("echo", text) + SessionDriver.Encode("publish", "news", text));
            foreach (Socket client in clients) client.Send(commands);
            foreach (Socket client in clients)
            {
                string replies = $"$3\r\n{text}\r\n:1\r\n";
                Assert.Equal(replies, Loopback.Read(client, replies.Length));
                expected.Append(CultureInfo.InvariantCulture, $"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$3\r\n{text}\r\n");
            }
        }

        Assert.Equal(expected.ToString(), Loopback.Read(subscriber, expected.Length));
        Array.ForEach(clients, c => c.Dispose());
        Loopback.Await(() => gateway.Server.Metrics.CurrentConnections == 1, "the clients' connections to end");
        Assert.Empty(gateway.Faults);
    }

    [Fact]
    public void Use_MoreAndFewer_SpreadsConnectionsAsTheyAreUsed()
    {
        if (!OperatingSystem.IsLinux()) return;
        using EpollTransport transport = Open(new FakeDispatcher(), out _);
        transport.Use(1);
        Socket[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Loopback.Connect(transport))];
        AwaitCounts(transport, clients, Clients, 0, 0);
        transport.Use(3);
        Assert.Equal(Clients, transport[0].ConnectionCount); // who says nothing stays
        AwaitCounts(transport, clients, 2, 2, 2);
        transport.Use(2);
        AwaitCounts(transport, clients, 3, 3, 0);
        transport.Use(1);
        AwaitCounts(transport, clients, Clients, 0, 0);
        Array.ForEach(clients, c => c.Dispose());
    }

    [Fact]
    public void Use_WhileRepliesAreAway_MovesWhoHasThem()
    {
        if (!OperatingSystem.IsLinux()) return;
        using EpollTransport transport = Open(new AwayDispatcher(signals: true), out _);
        transport.Use(1);
        using Socket client = Loopback.Connect(transport);
        for (int round = 100; round < 100 + Rounds; round++)
        {
            AssertReply(client, $"$3\r\n{round}\r\n", "get", round.ToString(CultureInfo.InvariantCulture));
            transport.Use(1 + (round % Threads));
        }
    }

    private static void AwaitCounts(EpollTransport transport, Socket[] clients, params int[] counts)
    {
        foreach (Socket client in clients) AssertReply(client, "+PONG\r\n", "ping");
        // A reply leaves just before its connection moves.
        IEnumerable<int> now = Enumerable.Range(0, Threads).Select(i => transport[i].ConnectionCount);
        Loopback.Await(() => now.SequenceEqual(counts), "connections " + string.Join(", ", counts));
    }

    private static void AssertReply(Socket client, string reply, params string[] words)
    {
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode(words)));
        Assert.Equal(reply, Loopback.Read(client, reply.Length));
    }

    private static EpollTransport Open(IShardDispatcher shards, out TestGateway gateway)
    {
        TestGateway opened = gateway = new TestGateway(shards);
        return new EpollTransport(opened.Server, Threads, id => new Worker(id, null!, opened.Server.Metrics.AddWorker()));
    }
}
