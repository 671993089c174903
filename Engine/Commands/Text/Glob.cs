namespace OrleansKv.Engine.Commands;

/// <summary>
/// Redis' glob patterns (stringmatchlen): <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[^a-z]</c>, <c>\x</c>. A star backs up to the last one only,
/// so that the work is at most pattern times text, whatever the pattern. Without case, A to Z are as a to z; but, as in Redis, not behind a
/// backslash within brackets, and a range's ends are put in order before they are lowered.
/// </summary>
public static class Glob
{
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        if (text.IsEmpty) return pattern.IsEmpty; // not even * takes nothing at all from the start: Redis does not look at the pattern then
        int p = 0, t = 0, starAt = -1, resumeAt = 0;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                starAt = ++p;
                resumeAt = t;
                if (p == pattern.Length) return true;
                continue;
            }

            if (t < text.Length && p < pattern.Length && MatchOne(pattern, ref p, text[t], ignoreCase))
            {
                t++;
                continue;
            }

            if (t == text.Length && p == pattern.Length) return true;
            if (starAt < 0 || resumeAt >= text.Length) return false;
            p = starAt;
            t = ++resumeAt;
        }
    }

    // Whether the pattern's element at p takes the byte; p is behind the element then, and unchanged otherwise.
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int p, byte b, bool ignoreCase)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return true;
            case (byte)'[':
                int at = p + 1;
                bool matched = MatchClass(pattern, ref at, b, ignoreCase);
                if (matched) p = at;
                return matched;
            case (byte)'\\' when p + 1 < pattern.Length:
                if (!IsSame(pattern[p + 1], b, ignoreCase)) return false;
                p += 2;
                return true;
            default:
                if (!IsSame(pattern[p], b, ignoreCase)) return false;
                p++;
                return true;
        }
    }

    private static bool MatchClass(ReadOnlySpan<byte> pattern, ref int at, byte b, bool ignoreCase)
    {
        bool negate = at < pattern.Length && pattern[at] == (byte)'^';
        if (negate) at++;
        bool found = false;
        while (at < pattern.Length && pattern[at] != (byte)']')
        {
            if (pattern[at] == (byte)'\\' && at + 1 < pattern.Length)
            {
                at++;
                found |= pattern[at] == b;
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == (byte)'-')
            {
                byte low = Math.Min(pattern[at], pattern[at + 2]);
                byte high = Math.Max(pattern[at], pattern[at + 2]);
                found |= ignoreCase ? Lower(b) >= Lower(low) && Lower(b) <= Lower(high) : b >= low && b <= high;
                at += 2;
            }
            else
            {
                found |= IsSame(pattern[at], b, ignoreCase);
            }

            at++;
        }

        if (at < pattern.Length) at++; // the closing bracket; Redis takes a missing one as there
        return found != negate;
    }

    private static bool IsSame(byte one, byte other, bool ignoreCase) => ignoreCase ? Lower(one) == Lower(other) : one == other;

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
