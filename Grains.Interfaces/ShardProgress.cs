namespace OrleansKv.Grains;

/// <summary>What has become of a shard that was sent to a node.</summary>
/// <param name="Map">The map that says that it has arrived; null while it has not.</param>
/// <param name="Problem">Why it was not taken: it is still where it was. Null while that is not known.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardprogress")]
public sealed record ShardProgress(ClusterMap? Map, string? Problem);
