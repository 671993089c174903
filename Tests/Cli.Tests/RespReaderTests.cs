using System.Text;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Tests;

public sealed class RespReaderTests
{
    private const string Everything =
        "*9\r\n+OK\r\n-ERR no\r\n:42\r\n$5\r\nhe\r\nl\r\n$-1\r\n_\r\n,1.5\r\n#t\r\n%1\r\n+a\r\n*2\r\n:1\r\n~1\r\n+s\r\n";

    [Fact]
    public void EveryType_SplitAtEveryByte_ReadsTheSame()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Everything);
        string expected = JsonFormatter.Format(new RespReader(new MemoryStream(bytes)).Read());
        Assert.Equal("""["OK",{"error":"ERR no"},42,"he\r\nl",null,null,1.5,true,{"a":[1,["s"]]}]""", expected);
        for (int split = 1; split < bytes.Length; split++)
        {
            using var stream = new SplitStream(bytes, split);
            Assert.Equal(expected, JsonFormatter.Format(new RespReader(stream).Read()));
        }
    }

    [Theory]
    [InlineData("?what\r\n")]
    [InlineData("$abc\r\n")]
    [InlineData("\r\n")]
    public void Garbage_IsRefused(string bytes) =>
        Assert.Throws<InvalidDataException>(() => new RespReader(new MemoryStream(Encoding.ASCII.GetBytes(bytes))).Read());

    [Fact]
    public void ClosedInTheMiddle_IsSaid() =>
        Assert.Throws<EndOfStreamException>(() => new RespReader(new MemoryStream("$10\r\nabc"u8.ToArray())).Read());

    [Fact]
    public void Typed_ShowsTypesAndEscapes()
    {
        string shown = ReplyFormatter.Format(
            new RespReader(new MemoryStream("*3\r\n$3\r\na\0[\r\n:7\r\n$-1\r\n"u8.ToArray())).Read(), colours: false);
        Assert.Equal("1) \"a\\x00[\"\n2) (integer) 7\n3) (nil)\n", shown);
    }

    [Fact]
    public void Raw_IsTheBytes() => Assert.Equal("a\n7\n", Encoding.ASCII.GetString(
        RawFormatter.Format(new RespReader(new MemoryStream("*2\r\n$1\r\na\r\n:7\r\n"u8.ToArray())).Read())));

    private sealed class SplitStream(byte[] bytes, int split) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) =>
            base.Read(Position < split ? buffer[..(int)Math.Min(buffer.Length, split - Position)] : buffer);
    }
}
