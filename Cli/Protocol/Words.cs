using System.Globalization;
using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// Splits a typed line into words as redis-cli does (sdssplitargs): blanks separate, <c>"..."</c> knows \n \r \t \b \a \xHH \" \\,
/// <c>'...'</c>
/// knows \'. A word is text; a byte above 0x7F that is no text of its own (from \xHH or from a pipe) is kept as the lone surrogate
/// U+DC80 to U+DCFF, which no valid text contains, until it is sent.
/// </summary>
internal static class Words
{
    private const int RawBase = 0xDC00;

    /// <summary>Null when the quotes do not balance; <paramref name="open"/> then says whether the next line could close them.</summary>
    public static List<string>? Split(string line, out bool open)
    {
        open = false;
        var words = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsBlank(line[at])) at++;
            if (at == line.Length) return words;
            var word = new StringBuilder();
            while (at < line.Length && !IsBlank(line[at]))
            {
                char c = line[at];
                if (c is not ('"' or '\''))
                {
                    word.Append(c);
                    at++;
                    continue;
                }

                if (!Quoted(line, c, ref at, word, out open)) return null;
                break;
            }

            words.Add(word.ToString());
        }
    }

    public static List<string>? Split(string line) => Split(line, out _);

    /// <summary>C's isspace in the "C" locale: a no-break space is part of a word.</summary>
    public static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    public static byte[] ToBytes(string word)
    {
        var bytes = new List<byte>(word.Length);
        int from = 0;
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] is < '\uDC80' or > '\uDCFF' || (i > from && char.IsHighSurrogate(word[i - 1]))) continue;
            bytes.AddRange(Encoding.UTF8.GetBytes(word, from, i - from));
            bytes.Add((byte)(word[i] - RawBase));
            from = i + 1;
        }

        bytes.AddRange(Encoding.UTF8.GetBytes(word, from, word.Length - from));
        return [.. bytes];
    }

    /// <summary>Bytes as a word that is sent as exactly these bytes.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var word = new StringBuilder(bytes.Length);
        foreach (byte b in bytes) word.Append(FromByte(b));
        return word.ToString();
    }

    private static char FromByte(byte b) => b < 0x80 ? (char)b : (char)(RawBase + b);

    private static bool Quoted(string line, char quote, ref int at, StringBuilder word, out bool open)
    {
        open = false;
        at++;
        while (at < line.Length)
        {
            char c = line[at];
            if (c == quote)
            {
                at++;
                return at == line.Length || IsBlank(line[at]);
            }

            if (c == '\\' && at + 1 < line.Length && (quote == '"' || line[at + 1] == '\''))
            {
                at++;
                word.Append(quote == '"' ? Escape(line, ref at) : line[at++]);
                continue;
            }

            word.Append(c);
            at++;
        }

        open = true;
        return false;
    }

    private static char Escape(string line, ref int at)
    {
        char c = line[at++];
        if (c == 'x' && at + 1 < line.Length
            && byte.TryParse(line.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte raw))
        {
            at += 2;
            return FromByte(raw);
        }

        return c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\b',
            'a' => '\a',
            _ => c,
        };
    }
}
