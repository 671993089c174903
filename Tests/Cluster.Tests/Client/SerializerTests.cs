using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class SerializerTests
{
    private readonly JsonValueSerializer _json = new();

    [Fact]
    public void TextAndBytes_AreWrittenAsTheyAre()
    {
        Assert.Equal("héllo"u8.ToArray(), Bytes("héllo"));
        Assert.Equal([1, 2], Bytes<byte[]>([1, 2]));
        Assert.Equal([1, 2], Bytes<ReadOnlyMemory<byte>>(new byte[] { 1, 2 }));
        Assert.Equal([1, 2], Bytes<Memory<byte>>(new byte[] { 1, 2 }));
        Assert.Equal("héllo", _json.Deserialize<string>("héllo"u8));
        Assert.Equal([1, 2], _json.Deserialize<byte[]>([1, 2])!);
        Assert.Equal([1, 2], _json.Deserialize<ReadOnlyMemory<byte>>([1, 2]).ToArray());
        Assert.Equal([1, 2], _json.Deserialize<Memory<byte>>([1, 2]).ToArray());
    }

    [Fact]
    public void OtherValues_AreJson_AndNumbersAreRedisNumbers()
    {
        Assert.Equal("-42", Encoding.UTF8.GetString(Bytes(-42L)));
        Assert.Equal("{\"item\":\"a\",\"count\":1}", Encoding.UTF8.GetString(Bytes(new Order("a", 1))));
        Assert.Equal("null", Encoding.UTF8.GetString(Bytes<Order?>(null)));
        Assert.Equal(new Order("a", 1), _json.Deserialize<Order>("{\"item\":\"a\",\"count\":1}"u8));
        Assert.Throws<JsonException>(() => _json.Deserialize<int>("text"u8));
    }

    [Fact]
    public void Serialize_AfterOneThatFailed_IsWhole()
    {
        var cycle = new List<object>();
        cycle.Add(cycle);
        Assert.Throws<JsonException>(() => Bytes(cycle));
        Assert.Equal("7", Encoding.UTF8.GetString(Bytes(7)));
    }

    private byte[] Bytes<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        _json.Serialize(value, output);
        return output.WrittenSpan.ToArray();
    }
}
