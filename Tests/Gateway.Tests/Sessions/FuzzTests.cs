using System.Text;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>Noise and half-noise: a session never throws, never loops, and is in step whenever the bytes were commands.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    private static readonly string[] Words =
    [
        "get", "set", "GET", "SeT", "a", "b", "key", "ping", "multi", "exec", "discard", "watch", "unwatch", "subscribe", "unsubscribe",
        "psubscribe",
        "punsubscribe", "publish", "client", "list", "id", "getname", "setname", "reply", "skip", "on", "off", "config", "*", "maxmemory",
        "command", "docs", "info",
        "all", "memory", "usage", "slowlog", "latency", "histogram", "hello", "2", "3", "auth", "default", "x", "0", "-1",
        "99999999999999999999", "",
        "\xff\x00\r\n", "batch", "echo", "getkeys", "count", "acl", "cat", "string", "function", "stats", "lolwut", "time", "role", "wait",
        "select",
        "reset", "monitor", "object", "help", "nosuch", "debug", "error", "sleep", "protocol", "map", "pubsub", "channels", "numsub",
        "swapdb", "move",
    ];

    // What changes how many replies the commands behind it have.
    private static readonly string[][] Turns =
    [
        ["multi"], ["exec"], ["discard"], ["watch", "a"], ["unwatch"], ["set", "a", "x"], ["get", "a"], ["subscribe", "a"],
        ["SUBSCRIBE", "a", "b"],
        ["psubscribe", "*"], ["unsubscribe"], ["unsubscribe", "a", "key"], ["punsubscribe"], ["publish", "a", "x"],
        ["client", "reply", "on"],
        ["client", "reply", "off"], ["CLIENT", "reply", "SKIP"], ["hello", "2"], ["hello", "3"], ["monitor"], ["batch", "2"], ["reset"],
        ["wait", "1", "10"], ["debug", "error", "sleep", "0.01"], ["debug", "error", "no\r\n+such"], ["ping"],
    ];

    public static TheoryData<int> SeedsAndANewOne => [1, 2, 3, Environment.TickCount];

    [Theory]
    [MemberData(nameof(SeedsAndANewOne))]
    public void Process_RandomValidCommands_StaysInStep(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var gateway = new TestGateway();
            SessionDriver client = gateway.Connect();
            var model = new ReplyModel(gateway.Server.Commands);
            var sent = new List<string[]>();
            int owed = 0;
            string[][] often = random.GetItems(Turns, 6); // a few together get further into what they mean to each other
            for (int i = random.Next(1, 30); i > 0; i--)
            {
                string[] words = NextCommand(random, often);
                // Ends the connection.
                if (words.Length == 2 && words[0].Equals("batch", StringComparison.OrdinalIgnoreCase)
                    && !(int.TryParse(words[1], out int lines) && lines >= 0)) continue;
                // Redis then sends an array with too few elements, and so do we (client-reply-kept): no client can be in step.
                if (model.IsInTransaction && words.Length > 1 && words[1].Equals("reply", StringComparison.OrdinalIgnoreCase)) continue;
                sent.Add(words);
                owed += Step(client, model, random, words, $"seed {seed}, round {round}: {Shown(sent)}").Count;
                if (client.Session.Suspension is not null) break; // a WAIT without end
                if (model.IsSilent) continue;
                string marker = $"marker-{i}", reply = model.ReplyToEcho(marker);
                sent.Add(["echo", marker]);
                List<string> echoed = Step(client, model, random, sent[^1], $"seed {seed}, round {round}: {Shown(sent)}");
                Assert.True(echoed[^1].StartsWith(reply, StringComparison.Ordinal),
                    $"seed {seed}, round {round}: {Shown(sent)} gave {echoed[^1]}");
                owed += echoed.Count;
            }

            Assert.True(gateway.Faults.Count == 0, $"seed {seed}, round {round}: {Shown(sent)} threw {gateway.Faults.FirstOrDefault()}");
            Assert.True(owed == RepliesInPieces(sent, random.Next(1, 64)),
                $"seed {seed}, round {round}: {Shown(sent)} has other replies when it is not waited for");
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
            Assert.True(!client.IsClosed || replies.EndsWith("\r\n", StringComparison.Ordinal),
                $"seed {seed}, round {round}: closed without a word after {sent}");
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Process_ValidStreamWithOneByteChanged_DoesNotThrow(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] valid = Encoding.Latin1.GetBytes(SessionDriver.Encode("set", "key", "value") + SessionDriver.Encode("get", "key")
            + "ping\r\n" + SessionDriver.Encode("client", "id"));
        for (int round = 0; round < Rounds * 5; round++)
        {
            var gateway = new TestGateway();
            byte[] bytes = [.. valid];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            gateway.Connect().SendSplit(bytes, random.Next(bytes.Length));
            Assert.Empty(gateway.Faults);
        }
    }

    private static string[] NextCommand(Random random, string[][] often) => random.Next(3) > 0
        ? often[random.Next(often.Length)]
        : [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words[random.Next(Words.Length)])];

    private static string Shown(List<string[]> sent) =>
        string.Join("; ", sent.Select(words => string.Join(' ', words.Select(w => w.Length == 0 ? "''" : w))));

    // One command, and as many replies as the model says.
    private static List<string> Step(SessionDriver client, ReplyModel model, Random random, string[] words, string where)
    {
        int owed = model.OwedFor(words);
        string text = client.SendInPieces(SessionDriver.Encode(words), random.Next(1, 64)) + Finish(client);
        try
        {
            List<string> replies = RespReader.Replies(text);
            bool isHeld = client.Session.Suspension is not null;
            Assert.True(replies.Count == (isHeld ? 0 : owed), $"{where} gave {replies.Count} replies instead of {owed}: {text}");
            Assert.False(client.IsClosed, $"{where} closed the connection: {text}");
            return replies;
        }
        catch (FormatException broken)
        {
            throw new FormatException(where, broken);
        }
    }

    // How many replies a new client gets that sends all of it without waiting.
    private static int RepliesInPieces(List<string[]> sent, int pieceBytes)
    {
        SessionDriver client = new TestGateway().Connect();
        string text = client.SendInPieces(string.Concat(sent.Select(words => SessionDriver.Encode(words))), pieceBytes);
        return RespReader.Replies(text + Finish(client)).Count;
    }

    // What holds the session back ends: sleeps, waits and snapshots.
    private static string Finish(SessionDriver client)
    {
        const int DayMs = 86_400_000; // longer than any sleep
        var replies = new StringBuilder();
        client.Gateway.Host.Snapshot = client.Gateway.Host.Snapshot with { Running = false };
        for (int i = 0; i < 100 && client.Session.Suspension is not null; i++)
        {
            client.Gateway.Time.Advance(DayMs);
            replies.Append(client.Turn());
        }

        return replies.ToString();
    }
}
