using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// A shard's log and map as the replication core uses them. The calls return at once and are in memory at first; the host sees to the disk,
/// and sends no message before what was called here on its behalf is there: promises flushed, records as safe as the durability level says.
/// </summary>
public interface IReplicaLog
{
    /// <summary>Position of the last record.</summary>
    LogPosition End { get; }

    /// <summary>Position of the last record that the map has. Behind it are records that are not known to be committed.</summary>
    LogPosition Applied { get; }

    /// <summary>Position up to which all records are as safe here as the durability level says.</summary>
    LogPosition Safe { get; }

    /// <summary>The highest epoch that was promised, on this disk; no lower one is served here any more.</summary>
    Epoch Promised { get; }

    /// <summary>
    /// Records that were acknowledged may be missing: the machine has restarted without a clean stop, and the level lets it lose some.
    /// </summary>
    bool MayHaveLostTail { get; }

    /// <summary>The log for another replica.</summary>
    LogHead Head { get; }

    /// <summary>Whether there is a record at this position, or the log begins there.</summary>
    bool Has(LogPosition position);

    /// <summary>
    /// The records behind a position, about so many bytes; empty behind the last one. Null when they are not at hand any more: the other
    /// one needs the whole state.
    /// </summary>
    IReplicaRecords? Read(LogPosition after, int maxBytes);

    /// <summary>Adds those of the records that stand behind a position, which is the log's last.</summary>
    void Append(IReplicaRecords records, LogPosition after);

    /// <summary>Takes back the records behind a position, none of which is applied.</summary>
    void Truncate(LogPosition to);

    /// <summary>Applies the records up to a position to the map.</summary>
    void Apply(LogPosition upTo);

    /// <summary>Adds the record with which a tenure begins.</summary>
    void Begin(Epoch tenure);

    /// <summary>Notes a promise.</summary>
    void Promise(Epoch epoch);

    /// <summary>
    /// All that was acknowledged before is here again: it counts from now on. On the disk behind the records that were appended before.
    /// </summary>
    void TailIsWhole();

    /// <summary>
    /// Begins to compute the digest of the map as it is now, between two groups, and returns <see cref="Applied"/> of that; the host hands
    /// the digest to <see cref="ShardReplica.DigestTaken"/>. Null when it cannot be done now.
    /// </summary>
    LogPosition? BeginDigest();
}
