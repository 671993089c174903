using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>How the replica of one shard was on a node.</summary>
internal sealed record ReplicaShardStatus(
    ShardId Shard, ReplicaPhase Phase, Epoch Epoch, Epoch Promised, LogPosition End, LogPosition Safe, LogPosition Committed)
{
    /// <summary>A whole state takes its place.</summary>
    public bool IsPaused { get; init; }

    /// <summary>It does not count in elections yet: it may lack what it has acknowledged before its start.</summary>
    public bool MayHaveLostTail { get; init; }

    public static ReplicaShardStatus Of(HostedReplica replica) => new(replica.Id, replica.Core.Phase, replica.Core.Set.Epoch,
        replica.Log.Promised, replica.Log.End, replica.Log.Safe, replica.Core.Committed)
    {
        IsPaused = replica.IsPaused,
        MayHaveLostTail = replica.Log.MayHaveLostTail,
    };

    public override string ToString() => $"{Shard}: {Phase} in {Epoch}, promised {Promised}, end {End}, safe {Safe}, committed {Committed}"
        + (IsPaused ? ", paused" : "") + (MayHaveLostTail ? ", may have lost its tail" : "");
}
