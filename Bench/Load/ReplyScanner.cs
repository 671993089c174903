using System.Buffers.Text;

namespace OrleansKv.Bench.Load;

/// <summary>
/// Finds one RESP reply at the start of some bytes. A prefix of one is Incomplete, never anything else; nothing beyond it is looked at.
/// No state, no allocation.
/// </summary>
internal static class ReplyScanner
{
    /// <summary>A status, error or length longer than this without CRLF is no RESP: 64 KiB, Redis' inline limit.</summary>
    private const int MaxLineBytes = 64 << 10;

    /// <summary>Redis' own limit of a bulk string, 512 MiB.</summary>
    private const int MaxBulkBytes = 512 << 20;

    /// <summary>
    /// <code>
    /// reply = "+" line | "-" line | ":" line | "$" length CRLF *byte CRLF | "$-1" CRLF | "_" CRLF      (RESP2, RESP3 null)
    /// line  = *not-CRLF CRLF
    /// </code>
    /// <paramref name="used"/> is the reply's whole size, <paramref name="body"/> its text or value.
    /// </summary>
    public static ReplyKind Scan(ReadOnlySpan<byte> data, out int used, out ReadOnlySpan<byte> body)
    {
        used = 0;
        body = default;
        if (data.IsEmpty) return ReplyKind.Incomplete;
        ReplyKind kind = data[0] switch
        {
            (byte)'+' => ReplyKind.Simple,
            (byte)'-' => ReplyKind.Error,
            (byte)':' => ReplyKind.Integer,
            (byte)'$' => ReplyKind.Bulk,
            (byte)'_' => ReplyKind.Null,
            _ => ReplyKind.Invalid,
        };
        if (kind == ReplyKind.Invalid) return kind;
        ReadOnlySpan<byte> searched = data[..Math.Min(data.Length, MaxLineBytes)];
        int end = searched.IndexOf((byte)'\r');
        if (end < 0 || end + 1 == data.Length) return searched.Length == MaxLineBytes ? ReplyKind.Invalid : ReplyKind.Incomplete;
        if (data[end + 1] != '\n') return ReplyKind.Invalid;
        ReadOnlySpan<byte> line = data[1..end];
        used = end + 2;
        if (kind != ReplyKind.Bulk)
        {
            body = line;
            return kind == ReplyKind.Null && line.Length > 0 ? Fail(out used, out body) : kind;
        }

        return line.SequenceEqual("-1"u8) ? ReplyKind.Null : ScanBulk(data, line, end + 2, out used, out body);
    }

    private static ReplyKind ScanBulk(ReadOnlySpan<byte> data, ReadOnlySpan<byte> line, int head, out int used, out ReadOnlySpan<byte> body)
    {
        if (!Utf8Parser.TryParse(line, out int length, out int read) || read != line.Length || length is < 0 or > MaxBulkBytes)
            return Fail(out used, out body);
        body = default;
        used = 0;
        ReadOnlySpan<byte> rest = data[head..];
        // The CRLF behind the value is checked as far as it is there, so that a wrong length is found at once.
        if ((rest.Length > length && rest[length] != '\r') || (rest.Length > length + 1 && rest[length + 1] != '\n'))
            return Fail(out used, out body);
        if (rest.Length < length + 2) return ReplyKind.Incomplete;
        body = rest[..length];
        used = head + length + 2;
        return ReplyKind.Bulk;
    }

    private static ReplyKind Fail(out int used, out ReadOnlySpan<byte> body)
    {
        used = 0;
        body = default;
        return ReplyKind.Invalid;
    }
}
