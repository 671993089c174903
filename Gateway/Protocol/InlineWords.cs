namespace OrleansKv.Gateway.Protocol;

/// <summary>
/// Splits an inline command into words as Redis' sdssplitargs does: blanks separate; <c>"..."</c> knows \n \r \t \b \a \xHH and \c;
/// <c>'...'</c> knows \' alone; a closing quote must be followed by a blank or the end.
/// </summary>
internal static class InlineWords
{
    /// <summary>
    /// Adds a slice a word (offsets moved by <paramref name="origin"/>); false when the quotes do not balance. Rewrites the line.
    /// </summary>
    public static bool Split(Span<byte> line, int origin, CommandBatch batch)
    {
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsBlank(line[at])) at++;
            if (at == line.Length) return true;
            int start = at;
            int to = at;
            while (at < line.Length && !IsBlank(line[at]))
            {
                byte b = line[at];
                if (b is (byte)'"' or (byte)'\'')
                {
                    if (!Quoted(line, b, ref at, ref to)) return false;
                    break;
                }

                line[to++] = b;
                at++;
            }

            batch.AddSlice(origin + start, to - start);
        }
    }

    private static bool Quoted(Span<byte> line, byte quote, ref int at, ref int to)
    {
        at++;
        while (at < line.Length)
        {
            byte b = line[at];
            if (b == quote)
            {
                at++;
                return at == line.Length || IsBlank(line[at]);
            }

            if (b == (byte)'\\' && at + 1 < line.Length && (quote == (byte)'"' || line[at + 1] == (byte)'\''))
            {
                at++;
                line[to++] = quote == (byte)'"' ? Escape(line, ref at) : line[at++];
                continue;
            }

            line[to++] = b;
            at++;
        }

        return false;
    }

    // Stands on the byte behind the backslash; leaves behind the escape.
    private static byte Escape(ReadOnlySpan<byte> line, ref int at)
    {
        byte b = line[at++];
        if (b == (byte)'x' && at + 1 < line.Length && char.IsAsciiHexDigit((char)line[at]) && char.IsAsciiHexDigit((char)line[at + 1]))
        {
            int value = (Hex(line[at]) << 4) | Hex(line[at + 1]);
            at += 2;
            return (byte)value;
        }

        return b switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => b,
        };
    }

    private static int Hex(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\v' or (byte)'\f' or 0;
}
