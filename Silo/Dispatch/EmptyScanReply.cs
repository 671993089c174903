using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>A page of SCAN without keys: <c>[next, []]</c>.</summary>
internal sealed class EmptyScanReply(ScanCursor next) : IReplyPart
{
    public IReadOnlyList<CallItem> Items => [];

    public void Write(Session session)
    {
        session.Output.Array(2);
        session.Output.BulkInteger((long)next.Value);
        session.Output.Array(0);
    }
}
