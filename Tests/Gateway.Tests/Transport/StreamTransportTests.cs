using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Engine.Journal;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport.Streams;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>The portable transport over real sockets on loopback, with shards that answer from other threads.</summary>
public sealed class StreamTransportTests
{
    /// <summary>Longest wait for bytes before a test fails, ms.</summary>
    private const int PatienceMs = 60_000;

    [Fact]
    public void Pipeline_LongerThanABatch_IsAnsweredWhole()
    {
        var gateway = new TestGateway(new AwayDispatcher(signals: true));
        using var transport = new StreamTransport(gateway.Server, null, id => new Worker(id, null!, gateway.Server.Metrics.AddWorker()));
        using Socket client = Connect(transport);
        const int Commands = CommandBatch.MaxFrames + 36;
        client.Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(100, Commands).Select(i => SessionDriver.Encode("get", $"k{i}")))));
        string expected = string.Concat(Enumerable.Range(100, Commands).Select(i => $"$4\r\nk{i}\r\n"));
        Assert.Equal(expected, Read(client, expected.Length));
    }

    [Fact]
    public void JournalFailure_EndsWhoWrote_AndServesWhoReads()
    {
        var shards = new FakeDispatcher { IsVolatile = false, Commits = false, Appended = new JournalOffset(100) };
        var gateway = new TestGateway(shards);
        using var transport = new StreamTransport(gateway.Server, null, id => new Worker(id, null!, gateway.Server.Metrics.AddWorker()));
        using Socket reader = Connect(transport), writer = Connect(transport);
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

    private static void Ask(Socket client, string expected, params string[] words)
    {
        client.Send(Encoding.ASCII.GetBytes(SessionDriver.Encode(words)));
        Assert.Equal(expected, Read(client, expected.Length));
    }

    private static Socket Connect(StreamTransport transport)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMs };
        client.Connect(listener.LocalEndPoint!);
        transport.Adopt(listener.Accept());
        return client;
    }

    private static string Read(Socket client, int length)
    {
        var bytes = new byte[length];
        int at = 0;
        while (at < length && client.Receive(bytes, at, length - at, SocketFlags.None) is > 0 and var read) at += read;
        return Encoding.ASCII.GetString(bytes, 0, at);
    }
}
