using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>DUMP and RESTORE travel between this store and Redis.</summary>
public sealed class DumpTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    private static readonly string[] Values =
    [
        "", "0", "-1", "127", "128", "-128", "-129", "32767", "32768", "-32769", "2147483647", "2147483648", "-2147483649",
        "9223372036854775807", "01", "1.5", "x",
        new('a', 63), new('a', 64), new('b', 16_383), new('b', 16_384), new('c', 100_000),
        string.Concat(Enumerable.Range(0, 5_000).Select(i => (char)('a' + (i * i % 23)))),
        string.Concat(Enumerable.Repeat("the same words again, ", 50)),
    ];

    [Fact]
    public void Crc64_OfTheCheckString_IsJones() => Assert.Equal(0xE9C6D914C4B8D9CA, Crc64.Compute("123456789"u8));

    [RedisTheory]
    [InlineData("yes")]
    [InlineData("no")]
    public void Payloads_BothWays_KeepTheValue(string compression)
    {
        using var connection = new RedisConnection(redis.Port);
        using var host = new CommandHost();
        connection.Do($"CONFIG SET rdbcompression {compression}");
        foreach (byte[] value in Values.Select(CommandHost.Bytes))
        {
            connection.Do("SET"u8.ToArray(), "a"u8.ToArray(), value);
            byte[] theirs = Payload(connection.Do("DUMP a"));
            Assert.Equal("+OK\r\n", Encoding.Latin1.GetString(
                host.Run("restore"u8.ToArray(), "a"u8.ToArray(), "0"u8.ToArray(), theirs, "replace"u8.ToArray())));
            Assert.Equal(connection.Do("GET a"), host.Do("get a"));

            byte[] ours = Payload(host.Do("dump a"));
            if (compression == "no") Assert.Equal(theirs, ours);
            Assert.Equal("+OK\r\n", Encoding.Latin1.GetString(
                connection.Do("RESTORE"u8.ToArray(), "b"u8.ToArray(), "0"u8.ToArray(), ours, "REPLACE"u8.ToArray())));
            Assert.Equal(host.Do("get a"), connection.Do("GET b"));
        }

        connection.Do("CONFIG SET rdbcompression no");
    }

    // Each body with a right footer: what is refused is the string in it.
    [RedisTheory]
    [InlineData("")]
    [InlineData("000161")]
    [InlineData("00016162")] // a byte too many
    [InlineData("00C0FF")]
    [InlineData("00C0FF00")]
    [InlineData("00C1FFFF")]
    [InlineData("00C2FFFFFF7F")]
    [InlineData("00C303050061E00000")]
    [InlineData("00C3050B0161612002006161")]
    [InlineData("00C304800100000000616161")] // 16 MB out of 4 bytes
    [InlineData("00C4")]
    [InlineData("00FF")]
    [InlineData("00400161")] // a short length in the long form
    [InlineData("00800000000161")]
    [InlineData("0081000000000000000161")]
    [InlineData("0082000000000161")]
    [InlineData("15")]
    public void Restore_OfABody_AnswersAsRedis(string hex)
    {
        byte[] body = Convert.FromHexString(hex);
        using var both = new Differential(redis, 2);
        foreach (ushort version in (ushort[])[1, 9, 10, 11, 300])
        {
            byte[] payload = [.. body, (byte)version, (byte)(version >> 8)];
            byte[] whole = [.. payload, .. BitConverter.GetBytes(Crc64.Compute(payload))];
            byte[] zero = [.. payload, .. new byte[8]];
            byte[][] Restore(byte[] p) => [.. Words.Of("restore a 0"), p, "REPLACE"u8.ToArray()];
            both.Run([Restore(whole), Words.Of("get a"), Restore(zero), Words.Of("get a"), Words.Of("del a")]);
        }
    }

    // Redis reads on into the footer and takes its bytes for data; here a string ends before it.
    [Theory]
    [InlineData("00")]
    [InlineData("000261")]
    [InlineData("00C0")]
    [InlineData("00C1FF")]
    [InlineData("00C2FFFF")]
    [InlineData("004001")]
    [InlineData("00C3")]
    [InlineData("00C30305006161")]
    public void Restore_OfABodyThatIsTooShort_IsBadData(string hex)
    {
        using var host = new CommandHost();
        byte[] payload = [.. Convert.FromHexString(hex), 10, 0];
        byte[] whole = [.. payload, .. BitConverter.GetBytes(Crc64.Compute(payload))];
        Assert.Equal("-ERR Bad data format\r\n", Encoding.Latin1.GetString(host.Run([.. Words.Of("restore a 0"), whole])));
    }

    [Fact]
    public void Restore_OfDamagedPayloads_NeverThrows()
    {
        using var host = new CommandHost();
        byte[] payload = RdbString.Write("hello world"u8);
        for (int at = 0; at < payload.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. payload];
                damaged[at] ^= (byte)(1 << bit);
                string reply = Encoding.Latin1.GetString(host.Run([.. Words.Of("restore a 0"), damaged]));
                Assert.Equal("-ERR DUMP payload version or checksum are wrong\r\n", reply);
            }

            Assert.StartsWith("-ERR DUMP", Encoding.Latin1.GetString(host.Run([.. Words.Of("restore a 0"), payload[..at]])));
        }

        Assert.Equal(0, host.Count);
        Assert.Empty(host.Replica.Effects);
    }

    private static byte[] Payload(string reply) => CommandHost.Bytes(reply[(reply.IndexOf('\n') + 1)..^2]);
}
