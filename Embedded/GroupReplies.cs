using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Embedded;

/// <summary>The replies of a transaction's data commands, kept until those of its other commands come between them. One thread.</summary>
internal sealed class GroupReplies(Transaction transaction)
{
    private readonly List<byte[]> _replies = new(transaction.Commands.Count);
    private int _next;

    /// <summary>Why nothing of it ran, as an error's text; null when it did.</summary>
    public string? Refusal { get; set; }

    /// <summary>The moment of its data commands, ms since the Unix epoch.</summary>
    public long NowMs { get; set; }

    public void Add(ReadOnlySpan<byte> reply) => _replies.Add(reply.ToArray());

    public ReadOnlySpan<byte> Next() => _replies[_next++];
}
