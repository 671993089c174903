using System.Text;
using System.Text.RegularExpressions;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

/// <summary>
/// Whole conversations of several clients that were recorded from redis-server 7.0.15 (Transcripts/*.txt) are held again with our
/// sessions; the text must be the same. Lines: <c>N&gt; bytes sent</c>, <c>N&lt; bytes received</c>, <c>(end)</c> for a closed
/// connection, <c># remark</c>, <c>! setting value</c>.
/// </summary>
public sealed partial class ConversationTests
{
    [Theory]
    [InlineData("transactions")]
    [InlineData("watch")]
    [InlineData("pubsub")]
    [InlineData("pubsub-resp3")]
    [InlineData("inline-and-framing")]
    [InlineData("client-reply")]
    [InlineData("client-reply-kept")]
    [InlineData("client")]
    [InlineData("auth")]
    [InlineData("monitor")]
    [InlineData("monitor-end")]
    [InlineData("pubsub-in-multi")]
    [InlineData("pubsub-shard")]
    [InlineData("pubsub-shard-resp3")]
    [InlineData("client-tracking")]
    [InlineData("client-tracking-resp3")]
    public void Process_RecordedConversation_AnswersAsRedis(string name)
    {
        string expected = Read(name);
        Assert.Contains("< ", expected);
        Assert.Equal(WithoutIds(expected), WithoutIds(Hold(expected)));
    }

    [Theory]
    [InlineData("transactions")]
    [InlineData("inline-and-framing")]
    [InlineData("client")]
    [InlineData("auth")]
    public void Process_RecordedConversationByteByByte_AnswersAsRedis(string name)
    {
        string expected = Read(name);
        Assert.Equal(WithoutIds(expected), WithoutIds(Hold(expected, pieceBytes: 1)));
    }

    private static string Hold(string transcript, int pieceBytes = int.MaxValue)
    {
        var gateway = new TestGateway();
        var clients = new SortedDictionary<string, SessionDriver>(StringComparer.Ordinal);
        var held = new StringBuilder();
        foreach (string line in transcript.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '!') Assert.Null(gateway.Config.Set(line[2..].Split(' ')));
            if (line[0] is '!' or '#') held.Append(line).Append('\n');
            if (line.Length < 3 || line[1] != '>') continue;
            held.Append(line).Append('\n');
            string name = line[..1];
            if (!clients.TryGetValue(name, out SessionDriver? sender)) clients[name] = sender = gateway.Connect();
            string own = sender.SendInPieces(Unescape(line[3..]), pieceBytes);
            foreach ((string client, SessionDriver driver) in clients.ToArray())
            {
                string received = driver == sender ? own : driver.Turn();
                if (received.Length > 0 || driver.IsClosed)
                    held.Append(client).Append("< ").Append(Escape(received)).Append(driver.IsClosed ? "(end)\n" : "\n");
                if (!driver.IsClosed) continue;
                driver.Session.Closed();
                clients.Remove(client);
            }
        }

        Assert.Empty(gateway.Faults);
        return held.ToString();
    }

    private static string Read(string name)
    {
        using Stream stream = typeof(ConversationTests).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    [GeneratedRegex(@"\$2\\r\\nid\\r\\n:\d+")]
    private static partial Regex Id();

    [GeneratedRegex(@"\+\d+\.\d{6} \[0 [^]]*\]")]
    private static partial Regex MonitorStamp();

    private static string WithoutIds(string transcript) => MonitorStamp().Replace(Id().Replace(transcript, "(id)"), "(stamp)");

    private static string Unescape(string text) => Regex.Replace(text, @"\\(x..|.)", match => match.Groups[1].Value switch
    {
        "r" => "\r",
        "n" => "\n",
        "\\" => "\\",
        var hex => ((char)Convert.ToInt32(hex[1..], 16)).ToString(),
    });

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char letter in text)
        {
            escaped.Append(letter switch
            {
                '\r' => "\\r",
                '\n' => "\\n",
                '\\' => @"\\",
                >= ' ' and < (char)127 => letter.ToString(),
                _ => $"\\x{(int)letter:x2}",
            });
        }

        return escaped.ToString();
    }
}
