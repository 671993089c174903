namespace OrleansKv.Grains;

/// <summary>
/// What the replicas of one node say to those of another, of many shards at once (<c>Engine/Replication/ReplicaMessages</c>).
/// </summary>
/// <param name="From">The sender's place in the map's list of nodes.</param>
/// <param name="Messages">The messages; the receiver may keep them.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.replicaparcel")]
public sealed record ReplicaParcel([property: Id(0)] int From, [property: Id(1)] byte[] Messages);
