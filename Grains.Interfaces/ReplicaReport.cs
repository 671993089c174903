namespace OrleansKv.Grains;

/// <summary>What the leader of a shard says of its replicas to the map's grain.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">The epoch in which it leads.</param>
/// <param name="HasServed">A write quorum has the record that begins the epoch: it serves.</param>
/// <param name="Level">Nodes that have its log to the end or nearly, members and learners.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.replicareport")]
public sealed record ReplicaReport(
    [property: Id(0)] int Shard, [property: Id(1)] uint Epoch, [property: Id(2)] bool HasServed, [property: Id(3)] string[] Level)
{
    /// <summary>Whether another one says the same.</summary>
    public bool IsSameAs(ReplicaReport? other) =>
        other is not null && Epoch == other.Epoch && HasServed == other.HasServed && Level.AsSpan().SequenceEqual(other.Level);
}
