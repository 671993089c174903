namespace OrleansKv.Cli.Output;

/// <summary>Commands that answer with text for a person: it is shown as it is, without quotes, as redis-cli does.</summary>
internal static class PlainTexts
{
    private static readonly HashSet<string> _one = new(["info", "lolwut"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> _two = new(
        ["client list", "client info", "cluster info", "cluster nodes", "debug htstats", "debug htstats-key", "latency doctor",
            "latency graph", "latency histogram",
        "memory doctor", "memory malloc-stats"],
        StringComparer.OrdinalIgnoreCase);

    public static bool Has(IReadOnlyList<string> words) =>
        words.Count > 0 && (_one.Contains(words[0]) || (words.Count > 1 && _two.Contains(words[0] + " " + words[1])));
}
