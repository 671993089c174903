using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>An error that is known before anything was sent.</summary>
internal sealed class KnownReply(string error) : IReplyPart
{
    public IReadOnlyList<CallItem> Items => [];

    public void Write(Session session) => session.Output.Error(error);
}
