using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>What CLUSTER's commands know of the cluster and of this node's keys. Any I/O thread; nothing here may block for long.</summary>
internal interface IClusterView
{
    /// <summary>The newest there is; a command takes it once and answers from it.</summary>
    ClusterSnapshot Snapshot { get; }

    /// <summary>The setting <c>keyspace-scope</c>.</summary>
    KeyspaceScope DefaultScope { get; }

    /// <summary>
    /// This node is to lead what it has copies of, before the others (CLUSTER FAILOVER), or no longer. Says at once why it cannot; null
    /// when it is on its way, of which the log tells should it fail.
    /// </summary>
    string? Prefer(bool isPreferred);

    /// <summary>Keys of the slot that this node holds; 0 when its home is elsewhere.</summary>
    int CountKeysInSlot(SlotId slot);

    /// <summary>
    /// Shows up to <paramref name="count"/> keys of the slot that this node holds, each once, in any order. The bytes live no longer
    /// than the call of <paramref name="show"/>, which may run under a shard's lock: it copies and returns.
    /// </summary>
    void KeysInSlot(SlotId slot, int count, Action<ReadOnlySpan<byte>> show);
}
