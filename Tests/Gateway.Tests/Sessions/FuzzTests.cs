using System.Text;
using OrleansKv.Gateway.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>Noise and half-noise: a session never throws, never loops, and is in step whenever the bytes were commands.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    private static readonly string[] Words =
    [
        "get", "set", "GET", "SeT", "a", "b", "key", "ping", "multi", "exec", "discard", "watch", "unwatch", "subscribe", "unsubscribe", "psubscribe",
        "punsubscribe", "publish", "client", "list", "id", "getname", "setname", "reply", "skip", "config", "*", "maxmemory", "command", "docs", "info",
        "all", "memory", "usage", "slowlog", "latency", "histogram", "hello", "2", "3", "auth", "default", "x", "0", "-1", "99999999999999999999", "",
        "\xff\x00\r\n", "batch", "echo", "getkeys", "count", "acl", "cat", "string", "function", "stats", "lolwut", "time", "role", "wait", "select",
        "reset", "monitor", "object", "help", "nosuch", "debug", "sleep", "protocol", "map", "pubsub", "channels", "numsub", "swapdb", "move",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Process_RandomValidCommands_StaysInStep(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var gateway = new TestGateway();
            SessionDriver client = gateway.Connect();
            var sent = new StringBuilder();
            for (int i = random.Next(1, 20); i > 0; i--) sent.Append(SessionDriver.Encode([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words[random.Next(Words.Length)])]));
            client.SendInPieces(sent.ToString(), random.Next(1, 64));
            Finish(client);
            string last = client.IsClosed ? "+PONG\r\n" : client.Send(SessionDriver.Encode("reset") + SessionDriver.Encode("ping"));
            Assert.True(last.EndsWith("+RESET\r\n+PONG\r\n", StringComparison.Ordinal) || client.IsClosed, $"seed {seed}, round {round}: {sent} gave {last}");
            Assert.True(gateway.Faults.Count == 0, $"seed {seed}, round {round}: {sent} threw {gateway.Faults.FirstOrDefault()}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Process_RandomBytes_AnswersOrCloses(int seed)
    {
        output.WriteLine($"seed {seed}");
        const string Alphabet = "*$+-:0123456789\r\n\r\n\r\n \"'\\getsping\x00\xff";
        var random = new Random(seed);
        for (int round = 0; round < Rounds * 5; round++)
        {
            var gateway = new TestGateway();
            SessionDriver client = gateway.Connect();
            string sent = string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            string replies = client.SendInPieces(sent, random.Next(1, 50));
            Assert.Empty(gateway.Faults);
            Assert.True(!client.IsClosed || replies.EndsWith("\r\n", StringComparison.Ordinal), $"seed {seed}, round {round}: closed without a word after {sent}");
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Process_ValidStreamWithOneByteChanged_DoesNotThrow(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] valid = Encoding.Latin1.GetBytes(SessionDriver.Encode("set", "key", "value") + SessionDriver.Encode("get", "key") + "ping\r\n" + SessionDriver.Encode("client", "id"));
        for (int round = 0; round < Rounds * 5; round++)
        {
            var gateway = new TestGateway();
            byte[] bytes = [.. valid];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            gateway.Connect().SendSplit(bytes, random.Next(bytes.Length));
            Assert.Empty(gateway.Faults);
        }
    }

    // What holds the session back ends: pauses, sleeps, waits and snapshots; lines that a BATCH still waits for are given to it.
    private static void Finish(SessionDriver client)
    {
        client.Gateway.Host.Snapshot = client.Gateway.Host.Snapshot with { Running = false };
        for (int i = 0; i < 1000 && !client.IsClosed && (client.Session.Suspension is not null || client.Session.Transaction is { IsBatch: true }); i++)
        {
            client.Gateway.Time.Advance(1_000_000_000_000);
            if (client.Session.Suspension is not null) client.Turn();
            else client.Do("ping");
        }
    }
}
