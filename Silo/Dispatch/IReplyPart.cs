using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>A reply that is not one shard's as it came.</summary>
internal interface IReplyPart
{
    /// <summary>What it stands on.</summary>
    IReadOnlyList<CallItem> Items { get; }

    /// <summary>Writes it; all that it stands on has run. The session's thread.</summary>
    void Write(Session session);
}
