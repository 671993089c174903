using System.Text;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Histories;

public sealed class ExecReplyScannerTests
{
    [Theory]
    [InlineData("*1\r\n+OK\r\n", "Simple", "OK")]
    [InlineData("*1\r\n-MISCONF no\r\n", "Error", "MISCONF no")]
    [InlineData("*-1\r\n", "Null", "")]
    [InlineData("+QUEUED\r\n", "Simple", "QUEUED")]
    [InlineData("-EXECABORT no\r\n", "Error", "EXECABORT no")]
    [InlineData("$3\r\na\r\n\r\n", "Bulk", "a\r\n")]
    [InlineData("$-1\r\n", "Null", "")]
    public void Scan_AReply_IsItWhole_AndItsBeginningsAreIncomplete(string reply, string kind, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(reply + "+next\r\n");
        int length = reply.Length;
        Assert.Equal(kind, ExecReplyScanner.Scan(bytes, out int used, out ReadOnlySpan<byte> body).ToString());
        Assert.Equal(length, used);
        Assert.Equal(text, Encoding.ASCII.GetString(body));
        for (int i = 0; i < length; i++) Assert.Equal(ReplyKind.Incomplete, ExecReplyScanner.Scan(bytes.AsSpan(0, i), out _, out _));
    }

    [Theory]
    [InlineData("*2\r\n+OK\r\n+OK\r\n")]
    [InlineData("*x")]
    public void Scan_AnotherArray_IsInvalid(string reply) =>
        Assert.Equal(ReplyKind.Invalid, ExecReplyScanner.Scan(Encoding.ASCII.GetBytes(reply), out _, out _));
}
