using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// Records of a shard's log on their way between replicas: in order, without a gap, groups whole. A position is the same record everywhere
/// and for ever. Immutable; never empty but for a leader's sign of life.
/// </summary>
public interface IReplicaRecords
{
    /// <summary>The position that the first one follows.</summary>
    LogPosition Before { get; }

    /// <summary>Position of the last one; of an empty run <see cref="Before"/>.</summary>
    LogPosition Last { get; }

    bool IsEmpty { get; }

    /// <summary>How far a log that has <see cref="Before"/> has them: position of the last one that it has, from the first on.</summary>
    LogPosition KnownBy(IReplicaLog log);

    /// <summary>
    /// Those up to a position, the end of a group that is among them or at either end.
    /// </summary>
    IReplicaRecords UpTo(LogPosition last);
}
