namespace OrleansKv.Gateway.Options;

/// <summary>
/// Redis' glob over the names of settings, any case: <c>* ? [abc] [a-z] [^a] \x</c>. Pure. Only the last star is ever gone back to,
/// so the time is at most pattern times name.
/// </summary>
internal static class GlobPattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> afterStar = default, nameAtStar = default;
        bool star = false;
        while (name.Length > 0 || pattern.Length > 0)
        {
            if (pattern.Length > 0 && pattern[0] == '*')
            {
                pattern = pattern.TrimStart('*');
                if (pattern.Length == 0) return true;
                star = true;
                afterStar = pattern;
                nameAtStar = name;
                continue;
            }

            if (name.Length > 0 && pattern.Length > 0 && MatchesOne(ref pattern, char.ToLowerInvariant(name[0])))
            {
                name = name[1..];
                continue;
            }

            if (!star || nameAtStar.Length == 0) return false;
            nameAtStar = nameAtStar[1..];
            pattern = afterStar;
            name = nameAtStar;
        }

        return true;
    }

    /// <summary>Takes one element of the pattern.</summary>
    private static bool MatchesOne(ref ReadOnlySpan<char> pattern, char letter)
    {
        if (pattern[0] == '[') return MatchesClass(ref pattern, letter);
        bool any = pattern[0] == '?';
        if (pattern[0] == '\\' && pattern.Length > 1) pattern = pattern[1..];
        bool same = any || char.ToLowerInvariant(pattern[0]) == letter;
        pattern = pattern[1..];
        return same;
    }

    private static bool MatchesClass(ref ReadOnlySpan<char> pattern, char letter)
    {
        pattern = pattern[1..];
        bool not = pattern.Length > 0 && pattern[0] == '^';
        if (not) pattern = pattern[1..];
        bool found = false;
        while (pattern.Length > 0 && pattern[0] != ']')
        {
            if (pattern[0] == '\\' && pattern.Length > 1) pattern = pattern[1..];
            char low = char.ToLowerInvariant(pattern[0]), high = low;
            if (pattern.Length > 2 && pattern[1] == '-')
            {
                high = char.ToLowerInvariant(pattern[2]);
                pattern = pattern[2..];
            }

            pattern = pattern[1..];
            if (low > high) (low, high) = (high, low);
            found |= letter >= low && letter <= high;
        }

        if (pattern.Length > 0) pattern = pattern[1..];
        return found != not;
    }
}
