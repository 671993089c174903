using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>One shard's reply as it comes, of a command that was deferred or waits for one that was.</summary>
internal sealed class PlainReply(CallItem item) : IReplyPart
{
    public IReadOnlyList<CallItem> Items { get; } = [item];

    public void Write(Session session)
    {
        if (item.Failure is { } failure) session.Output.Error(failure);
        else session.Output.Raw(item.Reply);
    }
}
