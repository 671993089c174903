using System.Globalization;
using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// Splits a typed line into words as redis-cli does: blanks separate, <c>"..."</c> knows \n \r \t \b \a \xHH \" \\, <c>'...'</c> knows \'.
/// A byte that \x gives is kept as a character of the private area U+E000 to U+E0FF until it is sent.
/// </summary>
internal static class Words
{
    private const char RawBase = '\uE000';

    /// <summary>Null when the quotes do not balance.</summary>
    public static List<string>? Split(string line)
    {
        var words = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < line.Length && char.IsWhiteSpace(line[at])) at++;
            if (at == line.Length) return words;
            var word = new StringBuilder();
            while (at < line.Length && !char.IsWhiteSpace(line[at]))
            {
                char c = line[at];
                if (c is not ('"' or '\''))
                {
                    word.Append(c);
                    at++;
                    continue;
                }

                if (!Quoted(line, c, ref at, word)) return null;
                break;
            }

            words.Add(word.ToString());
        }
    }

    public static byte[] ToBytes(string word)
    {
        var bytes = new List<byte>(word.Length);
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (rune.Value is >= RawBase and <= RawBase + 0xFF) bytes.Add((byte)(rune.Value - RawBase));
            else bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        return [.. bytes];
    }

    /// <summary>Bytes as a word that is sent as exactly these bytes.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var word = new StringBuilder(bytes.Length);
        foreach (byte b in bytes) word.Append(b < 0x80 ? (char)b : (char)(RawBase + b));
        return word.ToString();
    }

    private static bool Quoted(string line, char quote, ref int at, StringBuilder word)
    {
        at++;
        while (at < line.Length)
        {
            char c = line[at];
            if (c == quote)
            {
                at++;
                return at == line.Length || char.IsWhiteSpace(line[at]);
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

        return false;
    }

    private static char Escape(string line, ref int at)
    {
        char c = line[at++];
        if (c == 'x' && at + 1 < line.Length && byte.TryParse(line.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte raw))
        {
            at += 2;
            return (char)(RawBase + raw);
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
