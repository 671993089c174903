using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>What a host does beyond running data commands. Any I/O thread; nothing here may block for long.</summary>
internal interface IHostControl
{
    /// <summary>Writes the reply of REBALANCE.</summary>
    void Rebalance(Session session, in ArgList args);

    /// <summary>A client of this node has published a message; a cluster gives it to the other nodes. Returns at once.</summary>
    void Published(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, bool isShard)
    {
    }

    /// <summary>
    /// Whether the other nodes have taken most of what was published to them: who publishes more than that is held back. Cheap.
    /// </summary>
    bool HasRoomToPublish => true;

    /// <summary>Writes the reply of NODES.</summary>
    void Nodes(Session session);

    /// <summary>The numbers behind INFO, the status page and /metrics.</summary>
    IMetricsSource Numbers { get; }

    /// <summary>The cluster this node is part of; null when it runs alone. The same answer for as long as the process lives.</summary>
    IClusterView? Cluster => null;

    /// <summary>What this node leads and who follows; null without replicas. Cheap: ROLE asks.</summary>
    ReplicationReport? Replication => null;

    /// <summary>Following as a whole server; null where that is not to be. The same answer for as long as the process lives.</summary>
    ILinkControl? Links => null;

    /// <summary>Faults on purpose; null where they are not enabled.</summary>
    IFaultControl? Faults => null;

    /// <summary>CONFIG RESETSTAT for what the host counts: hits, misses, evictions, expirations, flushes.</summary>
    void ResetStats();

    /// <summary>Why this process takes no writes now, without a code; null while it does. Cheap: PING asks.</summary>
    string? WriteRefusal { get; }

    SnapshotState Snapshot { get; }

    /// <summary>Starts a snapshot of all shards; null, or why it cannot be, ready to send (<c>ERR persistence is off</c>).</summary>
    string? StartSnapshot();

    /// <summary>How far the journal is known to be on disk.</summary>
    JournalOffset Synced { get; }

    /// <summary>Asks that what has been appended so far be synced soon, whatever the fsync policy; returns at once (WAITAOF).</summary>
    void SyncSoon();

    /// <summary>
    /// Begins to bring to disk all that has been acknowledged so far, wherever its shards are; returns at once. What it returns is asked
    /// now and then by the same thread, and says whether that is done; while it is not, it goes on trying (WAITAOF).
    /// </summary>
    /// <param name="upTo">How far this process has appended.</param>
    Func<bool> StartSync(JournalOffset upTo)
    {
        if (Synced < upTo) SyncSoon();
        return () => Synced >= upTo;
    }

    /// <summary>
    /// Begins to count the replicas that have all that has been acknowledged so far; returns at once. What it returns is asked now and then
    /// by the same thread, and says how many are known to have it, of each shard (WAIT).
    /// </summary>
    Func<int> StartReplicaCount() => static () => 0;

    /// <summary>Whether all that has been acknowledged so far is known to be on disk, without asking anybody.</summary>
    bool IsSynced(JournalOffset upTo) => Synced >= upTo;

    /// <summary>A stop has been asked for and not been withdrawn.</summary>
    bool IsStopping { get; }

    /// <summary>
    /// Begins to stop the process; returns at once. Null, or why it cannot be, ready to send. When the stop fails later (the snapshot
    /// could not be written), <see cref="IsStopping"/> turns false again.
    /// </summary>
    string? Shutdown(ShutdownRequest request);

    /// <summary>Withdraws a stop that has not gone too far; false when there is none.</summary>
    bool AbortShutdown();

    /// <summary>DEBUG SET-ACTIVE-EXPIRE: whether keys expire by themselves, or only when somebody looks. For tests.</summary>
    void SetActiveExpire(bool on);
}
