namespace OrleansKv.Cli.Docs;

/// <summary>What Tab can make of the last word of a line: a command, a subcommand, or an option of the command.</summary>
internal static class Completion
{
    /// <summary>Words for the kv shell itself.</summary>
    private static readonly string[] _own = ["CLEAR", "EXIT", "HELP", "QUIT"];

    /// <summary>Whole words that begin with the line's last word, in upper case and order; the line is split at blanks.</summary>
    public static IReadOnlyList<string> For(CommandCatalog catalog, string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isNew = line.Length == 0 || line[^1] == ' ';
        string last = isNew ? "" : words[^1];
        string[] before = isNew ? words : words[..^1];
        bool isHelp = before.Length > 0 && before[0].ToUpperInvariant() is "HELP" or "?";
        if (isHelp) before = before[1..];
        IEnumerable<string> found = before.Length == 0 ? Names(catalog, isHelp) : Inner(catalog, before[0]);
        if (before.Length > 0 && !isHelp && last.Length > 0 && catalog.Find(before, out int nameWords) is { } doc
            && before.Length >= nameWords) found = found.Concat(Options(doc));
        return [.. found.Where(w => w.StartsWith(last, StringComparison.OrdinalIgnoreCase)).Distinct().Order(StringComparer.Ordinal)];

        IEnumerable<string> Inner(CommandCatalog all, string container) => before.Length > 1
            ? []
            : all.All.Where(d => d.Name.StartsWith(container + " ", StringComparison.OrdinalIgnoreCase))
                .Select(d => d.Name[(container.Length + 1)..]);
    }

    private static IEnumerable<string> Names(CommandCatalog catalog, bool isHelp)
    {
        IEnumerable<string> names = catalog.All.Select(d => d.Name).Where(n => !n.Contains(' ', StringComparison.Ordinal));
        return isHelp ? names : names.Concat(_own);
    }

    // Options are the words of a syntax in upper case.
    private static IEnumerable<string> Options(CommandDoc doc) =>
        doc.Syntax.Split(' ', '[', ']', '<', '>', '|').Where(w => w.Length > 0 && w.All(c => char.IsAsciiLetterUpper(c) || c == '-'));
}
