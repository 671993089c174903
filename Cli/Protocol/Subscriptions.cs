namespace OrleansKv.Cli.Protocol;

/// <summary>
/// What is different about the pub/sub commands: they answer once a channel, in RESP3 by pushes, and messages come unasked.
/// </summary>
internal static class Subscriptions
{
    /// <summary>Commands after which a connection only listens.</summary>
    public static bool Begins(IReadOnlyList<string> words) =>
        words.Count > 0 && words[0].ToLowerInvariant() is "subscribe" or "psubscribe" or "ssubscribe" or "monitor";

    /// <summary>Whether this push is what the command answers with.</summary>
    public static bool Answers(IReadOnlyList<string> words, RespValue push) =>
        push.Items.Count > 0 && string.Equals(push.Items[0].Text, words[0], StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// How many replies the command has when it is not refused: UNSUBSCRIBE has one a channel, and one when none is named.
    /// </summary>
    public static int Replies(IReadOnlyList<string> words) =>
        words[0].ToLowerInvariant() is "unsubscribe" or "punsubscribe" or "sunsubscribe" ? Math.Max(1, words.Count - 1) : 1;
}
