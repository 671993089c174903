using System.Globalization;
using System.Text;
using OrleansKv.Cluster.Tests.Dispatch.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>Commands with more words than Redis 6 took (1,048,576), over several shards and in one.</summary>
public sealed class ManyKeysTests : IDisposable
{
    private const int Pairs = 600_000;

    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("k")]
    [InlineData("{one}k")]
    public void MSet_OfSixHundredThousandPairs_SetsThemAll(string prefix)
    {
        TestClient client = _bench.Connect().SendRaw(MSet(prefix));
        _bench.AnswerAll();
        Assert.Equal("+OK\r\n", client.Received());
        client.Send("dbsize", $"mget {prefix}0 {prefix}599999");
        _bench.AnswerAll();
        Assert.Equal($":{Pairs}\r\n*2\r\n$2\r\nv0\r\n$7\r\nv599999\r\n", client.Received());
    }

    private static string MSet(string prefix)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{(2 * Pairs) + 1}\r\n$4\r\nMSET\r\n");
        for (int i = 0; i < Pairs; i++)
        {
            int digits = i.ToString(CultureInfo.InvariantCulture).Length;
            text.Append(CultureInfo.InvariantCulture, $"${prefix.Length + digits}\r\n{prefix}{i}\r\n${1 + digits}\r\nv{i}\r\n");
        }

        return text.ToString();
    }
}
