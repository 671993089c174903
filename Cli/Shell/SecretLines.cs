using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>Lines that may hold a password: they are never kept. In doubt a line is taken for one.</summary>
internal static class SecretLines
{
    public static bool Has(string line)
    {
        // A line whose quotes do not balance was not run, but a mistyped password is still one.
        IReadOnlyList<string> words = Words.Split(line)
            ?? [.. line.Split([' ', '\t', '\n', '"', '\''], StringSplitOptions.RemoveEmptyEntries)];
        if (words.Count == 0) return false;
        string[] upper = [.. words.Select(w => w.ToUpperInvariant())];
        return upper[0] switch
        {
            "AUTH" => true,
            "HELLO" or "MIGRATE" => upper.Contains("AUTH") || upper.Contains("AUTH2"),
            "CONFIG" => upper.Length > 1 && upper[1] == "SET"
                && upper.Skip(2).Any(w => w.Contains("PASS", StringComparison.Ordinal) || w.Contains("AUTH", StringComparison.Ordinal)),
            "ACL" => upper.Length > 1 && upper[1] == "SETUSER",
            _ => false,
        };
    }
}
