using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>An answer, or why there is none.</summary>
/// <param name="Kind">Its shape; <see cref="ReplyKind.Invalid"/>: there is none, and the connection is of no more use.</param>
/// <param name="Text">Its text, or the reason.</param>
internal readonly record struct HistoryReply(ReplyKind Kind, string Text)
{
    public bool IsMissing => Kind == ReplyKind.Invalid;

    public bool IsError => Kind == ReplyKind.Error;

    /// <summary>A bulk string's text; null for the null reply.</summary>
    public string? Value => Kind == ReplyKind.Null ? null : Text;
}
