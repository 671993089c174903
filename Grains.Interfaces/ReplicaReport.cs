namespace OrleansKv.Grains;

/// <summary>What the leader of a shard last said of it.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="HasServed">Whether it serves, or has served, in this epoch: a write quorum of the members has all that was acknowledged
/// before.</param>
/// <param name="Level">Other members and learners that have its log to the end or nearly.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.replicareport")]
public sealed record ReplicaReport(uint Epoch, bool HasServed, string[] Level)
{
    /// <summary>The shard.</summary>
    [Id(0)]
    public int Shard { get; init; }

    /// <summary>A member that has lost records would count again in another epoch.</summary>
    [Id(1)]
    public bool NeedsEpoch { get; init; }

    /// <summary>The node cannot lead the shard, though it is alive: its journal has failed.</summary>
    [Id(2)]
    public bool GivesUp { get; init; }

    /// <summary>Whether another one says the same.</summary>
    public bool IsSameAs(ReplicaReport? other) => other is not null && this with { Level = other.Level } == other
        && Level.AsSpan().SequenceEqual(other.Level);
}
