using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>A reply that is not one shard's as it came.</summary>
internal interface IReplyPart
{
    /// <summary>Writes it; all calls that it stands on have ended. The session's thread.</summary>
    void Write(Session session);
}
