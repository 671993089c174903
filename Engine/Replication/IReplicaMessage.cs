using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>What replicas of a shard send each other. May arrive late, twice, out of order or never.</summary>
public interface IReplicaMessage
{
    /// <summary>The epoch that the sender speaks of.</summary>
    Epoch Epoch { get; }
}
