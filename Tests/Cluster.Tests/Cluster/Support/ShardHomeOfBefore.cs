namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>A shard's home with the fields that it had before there were replicas: its bytes are those of a map that is stored.</summary>
[GenerateSerializer, Immutable]
public sealed record ShardHomeOfBefore(
    [property: Id(0)] string NodeId, [property: Id(1)] uint Epoch, [property: Id(2)] string? NextNodeId);
