namespace OrleansKv.Cli.Shell;

/// <summary>Commands that a shell cannot follow: after them the server does not answer, or not with replies.</summary>
internal static class Refusal
{
    /// <summary>Why the command is not sent; null for all others.</summary>
    public static string? Of(IReadOnlyList<string> words)
    {
        string name = words[0].ToUpperInvariant();
        if (name is "SYNC" or "PSYNC") return $"{name} is for replicas: what it is answered with is no reply";
        return name == "CLIENT" && words.Count > 2 && words[1].Equals("reply", StringComparison.OrdinalIgnoreCase)
            && words[2].ToUpperInvariant() is "OFF" or "SKIP"
            ? $"CLIENT REPLY {words[2].ToUpperInvariant()} would leave kv waiting for a reply" : null;
    }
}
