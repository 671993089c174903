namespace OrleansKv.Grains;

/// <summary>What has become of a shard that is sent to a node.</summary>
/// <param name="IsLevel">Its entries are here and on the disk, and records are applied as they come.</param>
/// <param name="Map">The map that says that it lives here now; without slots; null while it does not.</param>
/// <param name="Problem">Why it is not taken: it is still where it was. Null while that is not known.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardprogress")]
public sealed record ShardProgress(bool IsLevel, ClusterMapUpdate? Map, string? Problem);
