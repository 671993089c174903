using System.Net.Sockets;
using System.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Gateway.Transport.Streams;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>Messages between clients of different threads, over real sockets.</summary>
public sealed class DeliveryTests
{
    private const int Rounds = 200;
    private const int Messages = 10;

    private readonly TestGateway _gateway = new();

    /// <summary>The bug: the reply to the command behind UNSUBSCRIBE's confirmation was a message, in 79 of 200 rounds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Unsubscribe_WhileOthersPublish_NoMessageComesBehindItsConfirmation(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket listener = Loopback.Connect(transport), publisher = Loopback.Connect(transport);
        byte[] publishes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(SessionDriver.Encode("publish", "u", "m"), Messages)));
        const string Confirmation = "*3\r\n$11\r\nunsubscribe\r\n$1\r\nu\r\n:0\r\n";
        for (int round = 0; round < Rounds; round++)
        {
            Ask(listener, "*3\r\n$9\r\nsubscribe\r\n$1\r\nu\r\n:1\r\n", "subscribe", "u");
            publisher.Send(publishes);
            listener.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode("unsubscribe", "u")));
            string before = ReadUntil(listener, Confirmation);
            Assert.EndsWith(Confirmation, before, StringComparison.Ordinal);
            Ask(listener, "$1\r\nx\r\n", "echo", "x");
            Loopback.Read(publisher, Messages * ":0\r\n".Length);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backlog_OfASubscriberThatReadsAtLast_ArrivesWholeAndInOrder(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket listener = Loopback.Connect(transport);
        Ask(listener, "*3\r\n$9\r\nsubscribe\r\n$1\r\nu\r\n:1\r\n", "subscribe", "u");
        string filling = new('f', 100_000);
        const int Sent = 250; // 25 MB: more than the sockets hold, less than the limit
        for (int i = 0; i < Sent; i++) _gateway.Server.PubSub.Publish("u"u8, Encoding.ASCII.GetBytes($"{i:D3}{filling}"));
        int each = SessionDriver.Encode("message", "u", "000" + filling).Length;
        for (int i = 0; i < Sent; i++)
            Assert.Equal(SessionDriver.Encode("message", "u", $"{i:D3}{filling}"), Loopback.Read(listener, each));
        Session session = Assert.Single(_gateway.Server.Sessions.All);
        Loopback.Await(() => session.Memory.OutputBytes == 0, "the output's memory to be given back");
    }

    /// <summary>The bug: 3,000 messages of 100 KB to a client that does not read were kept, 1.1 GB.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SubscriberThatNeverReads_IsCutOffAtTheHardLimit(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket listener = Loopback.Connect(transport);
        Ask(listener, "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", "subscribe", "c");
        Session session = Assert.Single(_gateway.Server.Sessions.All);
        byte[] message = new byte[100_000];
        long most = 0;
        for (int i = 0; i < 3_000; i++)
        {
            _gateway.Server.PubSub.Publish("c"u8, message);
            most = Math.Max(most, session.Memory.OutputBytes);
        }

        Loopback.Await(() => !_gateway.Server.Sessions.All.Any(), "the subscriber to be cut off");
        Assert.InRange(most, 8L << 20, 34L << 20);
        Assert.Equal(1, _gateway.Server.Sessions.CutOff);
        // It leaves the registry first; its thread then lets go of what it held.
        Loopback.Await(() => session.Memory.OutputBytes == 0, "its messages to be let go");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReplyBeyondTheNormalLimit_EndsTheClient(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket client = Loopback.Connect(transport);
        Ask(client, "+OK\r\n", "config", "set", "client-output-buffer-limit", "normal 1mb 0 0");
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode("echo", new string('x', 2_000_000))));
        Assert.Equal("", Loopback.Read(client, 1));
        Loopback.Await(() => _gateway.Server.Sessions.CutOff == 1, "the client to be cut off");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LongCommand_ThatIsAnnounced_TakesMemoryAsItComes(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket client = Loopback.Connect(transport);
        client.Send("*2\r\n$4\r\necho\r\n$500000000\r\nabc"u8.ToArray());
        Session session = One();
        Loopback.Await(() => session.Connection.Memory.InputBytes == 29, "the beginning of the command");
        Assert.InRange(session.Connection.Memory.InputFreeBytes, 0, 2 << 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LongCommand_WithALittleBehindIt_LeavesASmallBuffer(bool usesEpoll)
    {
        using ITransport transport = Open(usesEpoll);
        using Socket client = Loopback.Connect(transport);
        string value = new('x', 3_000_000);
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode("echo", value) + "*2\r\n$4\r\necho\r\n$1\r\n"));
        string expected = $"${value.Length}\r\n{value}\r\n";
        Assert.Equal(expected, Loopback.Read(client, expected.Length));
        Session session = One();
        Loopback.Await(() => session.Connection.Memory.InputBytes == 18, "the rest to be all that is left");
        Assert.InRange(session.Connection.Memory.InputFreeBytes, 0, 70_000);
        client.Send("y\r\n"u8.ToArray());
        Assert.Equal("$1\r\ny\r\n", Loopback.Read(client, 7));
    }

    private Session One()
    {
        Loopback.Await(() => _gateway.Server.Sessions.All.Any(), "the connection to be opened");
        return Assert.Single(_gateway.Server.Sessions.All);
    }

    private ITransport Open(bool usesEpoll)
    {
        Worker NewWorker(int id) => new(id, null!, _gateway.Server.Metrics.AddWorker());
        return usesEpoll && OperatingSystem.IsLinux()
            ? new EpollTransport(_gateway.Server, 2, NewWorker)
            : new StreamTransport(_gateway.Server, null, NewWorker);
    }

    private static string ReadUntil(Socket client, string end)
    {
        var read = new StringBuilder();
        while (!read.ToString().Contains(end, StringComparison.Ordinal))
        {
            string more = Loopback.Read(client, 1);
            if (more.Length == 0) break;
            read.Append(more);
        }

        return read.ToString();
    }

    private static void Ask(Socket client, string expected, params string[] words)
    {
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode(words)));
        Assert.Equal(expected, Loopback.Read(client, expected.Length));
    }
}
