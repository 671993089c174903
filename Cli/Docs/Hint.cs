using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Docs;

/// <summary>What could follow a line that is being typed: the rest of its command's arguments.</summary>
internal static class Hint
{
    /// <summary>Empty when nothing is known or nothing is left; begins with a blank when the line does not end with one.</summary>
    public static string For(CommandCatalog catalog, string line)
    {
        if (Words.Split(line) is not { Count: > 0 } words || catalog.Find(words, out int nameWords) is not { } doc) return "";
        bool isNameOpen = words.Count == nameWords && !Words.IsBlank(line[^1]);
        IEnumerable<string> rest = Parts(doc.Syntax);
        int typed = words.Count - nameWords;
        // What is required comes first and is counted off; options may come in any order, so they stay.
        foreach (string part in Parts(doc.Syntax))
        {
            if (typed == 0 || part[0] == '[') break;
            rest = rest.Skip(1);
            typed--;
        }

        // More words than are required: an option that takes one argument, and no list, has been given.
        if (typed > 0 && rest.Take(2).ToArray() is [['[', ..] only] && !only.Contains(' ', StringComparison.Ordinal)) rest = [];
        string hint = string.Join(' ', rest);
        return hint.Length > 0 && (isNameOpen || !Words.IsBlank(line[^1])) ? " " + hint : hint;
    }

    /// <summary>A syntax at its blanks, brackets kept whole.</summary>
    public static IEnumerable<string> Parts(string syntax)
    {
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= syntax.Length; i++)
        {
            if (i < syntax.Length && syntax[i] is ('[' or '<')) depth++;
            if (i < syntax.Length && syntax[i] is (']' or '>')) depth--;
            if (i < syntax.Length && (syntax[i] != ' ' || depth > 0)) continue;
            if (i > from) yield return syntax[from..i];
            from = i + 1;
        }
    }
}
