using System.Buffers;
using System.Buffers.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>Commands as RESP writes them: <c>*count CRLF ($length CRLF bytes CRLF)*</c>.</summary>
internal static class RespEncoder
{
    public static byte[] Encode(IReadOnlyList<string> words)
    {
        var to = new ArrayBufferWriter<byte>(256);
        Header(to, '*', words.Count);
        foreach (string word in words) Bulk(to, Words.ToBytes(word));
        return to.WrittenSpan.ToArray();
    }

    /// <summary>For loads, whose words are bytes already.</summary>
    public static void Encode(
        IBufferWriter<byte> to, ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue)
    {
        Header(to, '*', hasValue ? 3 : 2);
        Bulk(to, command);
        Bulk(to, key);
        if (hasValue) Bulk(to, value);
    }

    private static void Bulk(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        Header(to, '$', bytes.Length);
        to.Write(bytes);
        to.Write("\r\n"u8);
    }

    private static void Header(IBufferWriter<byte> to, char type, int count)
    {
        Span<byte> span = to.GetSpan(16); // a type byte, at most 10 digits, CRLF
        span[0] = (byte)type;
        Utf8Formatter.TryFormat(count, span[1..], out int digits);
        span[1 + digits] = (byte)'\r';
        span[2 + digits] = (byte)'\n';
        to.Advance(digits + 3);
    }
}
