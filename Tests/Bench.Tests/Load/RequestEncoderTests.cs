using System.Text;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

public sealed class RequestEncoderTests
{
    [Fact]
    public void Write_Get_IsAnArrayOfTwoBulkStrings() =>
        Assert.Equal("*2\r\n$3\r\nGET\r\n$8\r\nkey:0007\r\n", Text(new LoadOptions { Keys = 1000, KeySize = 8 }, 7, read: true));

    [Fact]
    public void Write_Set_IsAnArrayOfThree_WhoseValueStartsWithTheKey() =>
        Assert.Matches(
            @"\A\*3\r\n\$3\r\nSET\r\n\$8\r\nkey:0999\r\n\$12\r\nkey:0999[A-Za-z0-9_-]{4}\r\n\z",
            Text(new LoadOptions { Keys = 1000, KeySize = 8, ValueSize = 12 }, 999, read: false));

    [Fact]
    public void Write_SetWithTtl_EndsWithEx() =>
        Assert.Equal(
            "*5\r\n$3\r\nSET\r\n$8\r\nkey:0005\r\n$2\r\n05\r\n$2\r\nEX\r\n$4\r\n3600\r\n",
            Text(new LoadOptions { Keys = 1000, KeySize = 8, ValueSize = 2, TtlSeconds = 3600 }, 5, read: false));

    [Fact]
    public void Write_AnEmptyValue_IsAnEmptyBulkString() =>
        Assert.Equal("*3\r\n$3\r\nSET\r\n$1\r\n3\r\n$0\r\n\r\n",
            Text(new LoadOptions { Keys = 10, KeySize = 1, ValueSize = 0 }, 3, read: false));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(100, 2)]
    [InlineData(101, 3)]
    [InlineData(1_000_000_000, 9)]
    public void DigitsOf_IsTheLengthOfTheLastKey(long keys, int digits) => Assert.Equal(digits, RequestEncoder.DigitsOf(keys));

    /// <summary>Every size and TTL, keys at the ends and between: the bytes parse as RESP, and say key, value and EX.</summary>
    [Fact]
    public void Write_OfEverySize_IsValidResp()
    {
        foreach (int keySize in new[] { 6, 9, 10, 16, 100 })
        {
            foreach (int valueSize in new[] { 0, 1, 5, 6, 10, 64, 4096 })
            {
                foreach (long ttl in new[] { 0, 1, 86_400 })
                {
                    var options = new LoadOptions { Keys = 1_000_000, KeySize = keySize, ValueSize = valueSize, TtlSeconds = ttl };
                    var encoder = new RequestEncoder(options);
                    foreach (long key in new long[] { 0, 1, 9, 123_456, 999_999 })
                    {
                        string keyText = key.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(keySize, '0');
                        keyText = keySize >= 10 ? "key:" + keyText[4..] : keyText;
                        string value = Encoding.ASCII.GetString(encoder.ValueOf(key));
                        Assert.Equal(valueSize, value.Length);
                        string[] set = ["SET", keyText, value, .. ttl > 0 ? new[] { "EX", $"{ttl}" } : []];
                        Assert.Equal(set, RespArray.Parse(Bytes(encoder, key, read: false)));
                        Assert.Equal(["GET", keyText], RespArray.Parse(Bytes(encoder, key, read: true)));
                        Assert.Equal(keyText, Encoding.ASCII.GetString(encoder.KeyOf(key)));
                    }
                }
            }
        }
    }

    [Fact]
    public void Write_OneRequestAfterAnother_LeavesNothingOfTheLastKey()
    {
        var options = new LoadOptions { Keys = 1_000_000, KeySize = 16, ValueSize = 32 };
        var used = new RequestEncoder(options);
        foreach (long key in new long[] { 999_999, 1, 500_000, 0 })
        {
            Assert.Equal(Bytes(new RequestEncoder(options), key, read: false), Bytes(used, key, read: false));
            Assert.Equal(Bytes(new RequestEncoder(options), key, read: true), Bytes(used, key, read: true));
        }
    }

    [Fact]
    public void IsValueOf_AnyOtherKeysValue_IsFalse()
    {
        var encoder = new RequestEncoder(new LoadOptions { Keys = 100, KeySize = 6, ValueSize = 6 });
        for (long key = 0; key < 100; key++)
        {
            for (long other = 0; other < 100; other++) Assert.Equal(key == other, encoder.IsValueOf(key, encoder.ValueOf(other)));
        }
    }

    [Fact]
    public void RespRequest_CountsBytes_NotCharacters()
    {
        byte[] bytes = RespRequest.Encode("AUTH", "pässwort", "");
        Assert.Equal("*3\r\n$4\r\nAUTH\r\n$9\r\npässwort\r\n$0\r\n\r\n", Encoding.UTF8.GetString(bytes));
    }

    private static string Text(LoadOptions options, long key, bool read) =>
        Encoding.ASCII.GetString(Bytes(new RequestEncoder(options), key, read));

    private static byte[] Bytes(RequestEncoder encoder, long key, bool read)
    {
        var target = new byte[encoder.MaxRequestSize];
        return target[..encoder.Write(target, key, read)];
    }
}
