using System.Text;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>Every reply that the scanner follows: whole, cut at every byte, with another behind it; then what is no such reply.</summary>
public sealed class ReplyScannerTests
{
    public static TheoryData<string, int, string> Replies => new()
    {
        { "+OK\r\n", (int)ReplyKind.Simple, "OK" },
        { "+\r\n", (int)ReplyKind.Simple, "" },
        { "-ERR unknown command 'x', with args\r\n", (int)ReplyKind.Error, "ERR unknown command 'x', with args" },
        { ":0\r\n", (int)ReplyKind.Integer, "0" },
        { ":-9223372036854775808\r\n", (int)ReplyKind.Integer, "-9223372036854775808" },
        { "$0\r\n\r\n", (int)ReplyKind.Bulk, "" },
        { "$5\r\nhello\r\n", (int)ReplyKind.Bulk, "hello" },
        { "$11\r\n\r\n$5\r\n+OK\r\n\r\n", (int)ReplyKind.Bulk, "\r\n$5\r\n+OK\r\n" },
        { "$3\r\n\0\u00ff\r\r\n", (int)ReplyKind.Bulk, "\0\u00ff\r" },
        { "$-1\r\n", (int)ReplyKind.Null, "" },
        { "_\r\n", (int)ReplyKind.Null, "" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void Scan_WholeReply_IsItsKindSizeAndBody(string text, int kind, string body) => AssertIs(text, text.Length, kind, body);

    [Theory]
    [MemberData(nameof(Replies))]
    public void Scan_EveryPrefix_IsIncomplete(string text, int kind, string body)
    {
        byte[] bytes = Bytes(text);
        for (int size = 0; size < bytes.Length; size++)
        {
            Assert.Equal(ReplyKind.Incomplete, ReplyScanner.Scan(bytes.AsSpan(0, size), out int used, out ReadOnlySpan<byte> found));
            Assert.Equal((0, 0), (used, found.Length));
        }

        AssertIs(text, text.Length, kind, body);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void Scan_WithAnythingBehind_LooksAtTheFirstReplyAlone(string text, int kind, string body)
    {
        foreach (string behind in new[] { "+OK\r\n", "$5\r\nhel", "garbage", "\r\n", "\0" })
            AssertIs(text + behind, text.Length, kind, body);
    }

    [Fact]
    public void Scan_AStreamOneByteAtATime_FindsEveryReplyInOrder()
    {
        string stream = string.Concat(Replies.Select(r => (string)r[0]));
        var pending = new List<byte>();
        var found = new List<(int Kind, string Body)>();
        foreach (byte b in Bytes(stream))
        {
            pending.Add(b);
            ReplyKind kind = ReplyScanner.Scan(pending.ToArray(), out int used, out ReadOnlySpan<byte> body);
            if (kind != ReplyKind.Incomplete)
            {
                found.Add(((int)kind, Encoding.Latin1.GetString(body)));
                pending.RemoveRange(0, used);
            }
        }

        Assert.Empty(pending);
        Assert.Equal(Replies.Select(r => ((int)r[1], (string)r[2])), found);
    }

    [Theory]
    [InlineData("OK\r\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("+OK\r+OK\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("$\r\n\r\n")]
    [InlineData("$abc\r\n")]
    [InlineData("$5x\r\nhello\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$-10\r\n")]
    [InlineData("$1.5\r\n")]
    [InlineData("$536870913\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("$5\r\nhello!")]
    [InlineData("$5\r\nhello\rx")]
    [InlineData("$2\r\nhello\r\n")]
    public void Scan_Garbage_IsInvalid(string text) => AssertInvalid(text);

    /// <summary>The other types of RESP2 and RESP3: no command of this tool has such a reply, and it never says HELLO 3.</summary>
    [Theory]
    [InlineData("*0\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*1\r\n+OK\r\n")]
    [InlineData("%1\r\n+a\r\n:1\r\n")]
    [InlineData("~1\r\n:1\r\n")]
    [InlineData("|1\r\n+a\r\n:1\r\n+OK\r\n")]
    [InlineData(">2\r\n+invalidate\r\n*0\r\n")]
    [InlineData(",1.5\r\n")]
    [InlineData("#t\r\n")]
    [InlineData("(12345678901234567890\r\n")]
    [InlineData("!3\r\nERR\r\n")]
    [InlineData("=6\r\ntxt:ab\r\n")]
    public void Scan_ATypeThatNoAnswerHas_IsInvalidFromItsFirstByte(string text)
    {
        AssertInvalid(text[..1]);
        AssertInvalid(text);
    }

    [Fact]
    public void Scan_ALineWithoutEnd_IsGivenUpAt64KiB()
    {
        string line = "+" + new string('x', (64 << 10) - 2);
        Assert.Equal(ReplyKind.Incomplete, ReplyScanner.Scan(Bytes(line), out _, out _));
        AssertInvalid(line + "x");
        AssertInvalid(line + "xx\r\n");
    }

    [Fact]
    public void Scan_TheLongestBulk_IsAwaited()
    {
        Assert.Equal(ReplyKind.Incomplete, ReplyScanner.Scan(Bytes("$536870912\r\nabc"), out int used, out _));
        Assert.Equal(0, used);
    }

    private static void AssertIs(string data, int size, int kind, string body)
    {
        Assert.Equal((ReplyKind)kind, ReplyScanner.Scan(Bytes(data), out int used, out ReadOnlySpan<byte> found));
        Assert.Equal((size, body), (used, Encoding.Latin1.GetString(found)));
    }

    private static void AssertInvalid(string data)
    {
        Assert.Equal(ReplyKind.Invalid, ReplyScanner.Scan(Bytes(data), out int used, out ReadOnlySpan<byte> body));
        Assert.Equal((0, 0), (used, body.Length));
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
