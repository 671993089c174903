using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Options;

/// <summary>"Did you mean": the known name that is the fewest edits away, else one that begins so, else one that holds it. Pure.</summary>
public static class Suggestion
{
    /// <summary>With more than a third of its letters wrong it is another word.</summary>
    private const int LettersAnEdit = 3;

    /// <summary>Shorter parts are found in too many names.</summary>
    private const int MinPart = 4;

    public static string? Nearest(string name, IReadOnlyList<string> known)
    {
        if (name.Length < 2 || name.Length > 100) return null;
        int fewest = Math.Max(1, name.Length / LettersAnEdit) + 1;
        string? best = null;
        foreach (string candidate in known)
        {
            int edits = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits >= fewest) continue;
            fewest = edits;
            best = candidate;
        }

        return best
            ?? known.FirstOrDefault(k => k.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            ?? (name.Length < MinPart ? null : known.FirstOrDefault(k => k.Contains(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>"; did you mean ...?" to append, or nothing. The prefix that all variables share is not compared.</summary>
    public static string ForVariable(string name, IReadOnlyList<string> known)
    {
        int skip = SettingTable.VariablePrefix.Length;
        return Nearest(name[skip..], [.. known.Select(k => k[skip..])]) is { } nearest
            ? $"; did you mean {SettingTable.VariablePrefix}{nearest}?" : "";
    }

    /// <summary>The same for a setting, that may also have been called as Redis calls it.</summary>
    public static string ForSetting(string name, SettingTable table, string[] others, string prefix)
    {
        foreach (Setting setting in table.All)
        {
            if (setting.RedisName == name) return $"; did you mean {prefix}{setting.Name}?";
        }

        return Nearest(name, [.. table.All.Select(s => s.Name), .. others]) is { } nearest ? $"; did you mean {prefix}{nearest}?" : "";
    }

    /// <summary>Edits between two words: a letter more, less or other, or two neighbours swapped.</summary>
    private static int Distance(string left, string right)
    {
        int[,] edits = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) edits[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) edits[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int change = left[i - 1] == right[j - 1] ? 0 : 1;
                int least = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + change);
                bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                edits[i, j] = swapped ? Math.Min(least, edits[i - 2, j - 2] + 1) : least;
            }
        }

        return edits[left.Length, right.Length];
    }
}
