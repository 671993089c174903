using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>Finds a reply at the start of some bytes, that to EXEC of one command included. No state, no allocation.</summary>
internal static class ExecReplyScanner
{
    /// <summary>
    /// <code>
    /// answer = reply | "*1" CRLF reply | "*-1" CRLF     reply: ReplyScanner; *-1: a watched key had changed, and nothing ran
    /// </code>
    /// An array of one is taken for what is in it.
    /// </summary>
    public static ReplyKind Scan(ReadOnlySpan<byte> data, out int used, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> one = "*1\r\n"u8, none = "*-1\r\n"u8;
        if (data.StartsWith(one))
        {
            ReplyKind kind = ReplyScanner.Scan(data[one.Length..], out used, out body);
            if (kind is not (ReplyKind.Incomplete or ReplyKind.Invalid)) used += one.Length;
            return kind;
        }

        if (data.IsEmpty || data[0] != '*') return ReplyScanner.Scan(data, out used, out body);
        body = default;
        used = data.StartsWith(none) ? none.Length : 0;
        if (used > 0) return ReplyKind.Null;
        return one.StartsWith(data) || none.StartsWith(data) ? ReplyKind.Incomplete : ReplyKind.Invalid;
    }
}
