namespace OrleansKv.Grains;

/// <summary>What the leader of a shard last said of it.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="HasServed">Whether it serves, or has served, in this epoch: a write quorum of the members has all that was acknowledged
/// before.</param>
/// <param name="Level">Other members and learners that have its log to the end or nearly.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.replicareport")]
public sealed record ReplicaReport(uint Epoch, bool HasServed, string[] Level);
