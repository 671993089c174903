namespace OrleansKv.Gateway.Options;

/// <summary>"Did you mean": the known name that is the fewest edits away, if few enough. Pure.</summary>
public static class Suggestion
{
    /// <summary>A third of the letters wrong is another word.</summary>
    private const int LettersAnEdit = 3;

    public static string? Nearest(string name, IEnumerable<string> known)
    {
        string? best = null;
        int fewest = Math.Max(1, name.Length / LettersAnEdit) + 1;
        foreach (string candidate in known)
        {
            int edits = Distance(name, candidate);
            if (edits >= fewest && !(name.Length >= LettersAnEdit && best is null && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase))) continue;
            fewest = Math.Min(fewest, edits);
            best = candidate;
        }

        return best;
    }

    /// <summary>" ; did you mean ..." ready to append, or nothing.</summary>
    public static string For(string name, IEnumerable<string> known, string prefix = "") =>
        Nearest(name, known) is { } nearest ? $"; did you mean {prefix}{nearest}?" : "";

    /// <summary>Levenshtein, letters of any case, two rows.</summary>
    private static int Distance(string left, string right)
    {
        int[] above = [.. Enumerable.Range(0, right.Length + 1)];
        int[] row = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + change);
            }

            (above, row) = (row, above);
        }

        return above[right.Length];
    }
}
