using System.Globalization;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>INCRBYFLOAT is the x87's long double: 64 bits of mantissa, printed to 17 decimals.</summary>
public sealed class IncrByFloatTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    [Theory]
    [InlineData("10.50", "0.1", "10.6")]
    [InlineData("5.0e3", "2.0e2", "5200")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("3", "-3", "0")]
    [InlineData("-0", "-0", "0")]
    [InlineData("1e-18", "1e-18", "0")]
    [InlineData("0x1p-1", "0X.8", "1")]
    public void IncrByFloat_OfKnownNumbers_GivesRedisDigits(string before, string by, string sum)
    {
        using var host = new CommandHost();
        host.Do($"set a {before}");
        Assert.Equal($"${sum.Length}\r\n{sum}\r\n", host.Do($"incrbyfloat a {by}"));
    }

    [RedisFact]
    public void IncrByFloat_Edges_AreRedis()
    {
        string[] words =
        [
            "1e4932", "1.18973149535723176502e+4932", "1.2e4932", "-1.2e4932", "1e4933", "1e-4930", "1e-4950", "1e-4951", "1.8e-4951",
            "1e-4952", "1e-9999",
            "1e99999999999", "0e99999999999", "-0e-99999999999", "0x", "0x.", "0x.p1", "0x1p", "0x1p+", "0x1p-16445", "0x1p-16446",
            "0x1.8p-16446", "0x1p16383", "0x1p16384", "0x1.ffffffffffffffffp0",
            "0xffffffffffffffffff", ".", "-", "+", "+.5", "1e+", "1e+5", "1E5", "1e5.", "infinity", "-INF", "nan", "nan(1)", "1\0",
            "1e5\0", "1_0", "1,0", "1f", "0b1",
            new string('0', 5_000) + "1", new string('1', 5_118), "0." + new string('0', 5_000) + "1", "1" + new string('0', 4_900)
                + "e-4900",
        ];
        using var both = new Differential(redis, 2);
        both.Run([.. words.SelectMany(
            word => new[] { "del a", $"incrbyfloat a {word}", "set a 1.5", $"incrbyfloat a {word}", $"set b {word}", "incrbyfloat b 1",
                $"set b {word}", $"incrbyfloat b {word}" }.Select(Words.Of))]);
        both.AssertEndIsEqual(["a", "b"]);
    }

    [RedisTheory]
    [InlineData(11)]
    [InlineData(12)]
    public void IncrByFloat_RandomNumbers_GiveRedisDigits(int seed)
    {
        var random = new Random(seed);
        using var both = new Differential(redis, 2);
        both.Run([.. Enumerable.Range(0, 5_000).SelectMany(_ => Next(random)).Select(Words.Of)]);
    }

    // Fresh pairs, and long chains on one key, where a wrong last bit would add up.
    private static IEnumerable<string> Next(Random random) => random.Next(3) == 0
        ? [$"set a {Number(random)}", $"incrbyfloat a {Number(random)}"]
        : [$"incrbyfloat chain{random.Next(4)} {(random.Next(2000) - 1000) / 1000.0:R}"];

    private static string Number(Random random)
    {
        string sign = random.Next(2) == 0 ? "-" : "";
        string digits = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => (char)('0' + random.Next(10))));
        string tail = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => (char)('0' + random.Next(10))));
        return random.Next(4) switch
        {
            0 => sign + digits,
            1 => $"{sign}{digits}e{random.Next(-40, 40)}",
            2 => sign + random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
            _ => $"{sign}{digits}.{tail}",
        };
    }
}
