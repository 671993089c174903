using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

public sealed class GlobTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    // From the documentation of KEYS, and edges that stringmatchlen has.
    [Theory]
    [InlineData("h?llo", "hallo", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-b]llo", "hbllo", true)]
    [InlineData("h[b-a]llo", "hbllo", true)]
    [InlineData("h\\*llo", "h*llo", true)]
    [InlineData("h\\*llo", "hello", false)]
    [InlineData("[a\\]b]", "]", true)]
    [InlineData("[abc", "b", true)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("*", "", false)]
    [InlineData("", "", true)]
    [InlineData("a**", "a", true)]
    public void IsMatch_OfAPattern_IsRedisAnswer(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Glob.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("*", true)]
    [InlineData("MAX?emory", true)]
    [InlineData("[M]axmemory", true)]
    [InlineData("[^M]axmemory", false)]
    [InlineData("[A-N]axmemory", true)]
    [InlineData("[n-A]axmemory", true)]
    [InlineData("[Z-a]axmemory", false)] // z to a, once lowered
    [InlineData("maxm\\Emory", true)]
    [InlineData("[\\M]axmemory", false)]
    [InlineData("max*Y", true)]
    [InlineData("*mem*x", false)]
    [InlineData("maxmemory?", false)]
    [InlineData("[", false)]
    [InlineData("", false)]
    [InlineData("\\*", false)]
    public void IsMatch_OfMaxmemoryInAnyCase_IsRedisAnswer(string pattern, bool matches) =>
        Assert.Equal(matches, Glob.IsMatch(Encoding.Latin1.GetBytes(pattern), "maxmemory"u8, ignoreCase: true));

    [Fact]
    public void IsMatch_OfManyStars_TakesNoMoreThanPatternTimesText()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 500)) + "b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 5_000));
        // At most 5 million steps; backtracking without a bound would not come back from here.
        Assert.False(Glob.IsMatch(pattern, text));
    }

    [RedisFact]
    public void IsMatch_RandomPatterns_AgreeWithRedis()
    {
        const int Seed = 77;
        const int Pairs = 20_000;
        var random = new Random(Seed);
        using var connection = new RedisConnection(redis.Port);
        connection.Do("FLUSHALL");
        string Make(string alphabet, int most) =>
            string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => alphabet[random.Next(alphabet.Length)]));
        for (int round = 0; round < Pairs / 20; round++)
        {
            // One key at a time, so that a reply of one element says "match". "*" alone asks nobody.
            string text = Make("abc-]^[\\*", 7);
            string[] patterns = [.. Enumerable.Range(0, 20).Select(_ => Make("abc-]^[[\\***?", 9)).Where(p => p != "*")];
            connection.Do([CommandHost.Bytes("SET"), CommandHost.Bytes(text), []]);
            connection.Send(patterns.Select(p => new[] { CommandHost.Bytes("KEYS"), CommandHost.Bytes(p) }));
            foreach (string pattern in patterns)
            {
                bool theirs = connection.Read()[1] == '1';
                bool ours = Glob.IsMatch(CommandHost.Bytes(pattern), CommandHost.Bytes(text));
                Assert.True(theirs == ours, $"seed {Seed}: '{pattern}' on '{text}': redis {theirs}, ours {ours}");
            }

            connection.Do([CommandHost.Bytes("DEL"), CommandHost.Bytes(text)]);
        }
    }

    [RedisFact]
    public void IsMatchInAnyCase_RandomPatterns_AgreeWithRedis()
    {
        const int Seed = 78;
        const string Name = "maxmemory";
        var random = new Random(Seed);
        using var connection = new RedisConnection(redis.Port);
        for (int i = 0; i < 5_000; i++)
        {
            // A * so that Redis takes it as a pattern; most of the rest fits the name, so that both answers are frequent.
            string pattern = string.Concat(Name.Select(Element)).Insert(random.Next(Name.Length), "*");
            string reply = Encoding.Latin1.GetString(
                connection.Do([CommandHost.Bytes("CONFIG"), CommandHost.Bytes("GET"), CommandHost.Bytes(pattern)]));
            bool theirs = reply.Contains($"\r\n{Name}\r\n", StringComparison.Ordinal);
            bool ours = Glob.IsMatch(CommandHost.Bytes(pattern), CommandHost.Bytes(Name), ignoreCase: true);
            Assert.True(theirs == ours, $"seed {Seed}: '{pattern}': redis {theirs}, ours {ours}");
        }

        string Element(char c)
        {
            char upper = char.ToUpperInvariant(c);
            return random.Next(24) switch
            {
                0 => "?",
                1 => "*",
                2 => "\\" + upper,
                3 => $"[{upper}]",
                4 => $"[\\{upper}{c}]",
                5 => $"[\\{upper}]",
                6 => $"[^{upper}]",
                7 => $"[A-{upper}]",
                8 => $"[{c}-A]",
                9 => $"[{upper}-a]",
                10 or 11 => upper.ToString(),
                _ => c.ToString(),
            };
        }
    }
}
