using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>A cluster map with the fields that it had before there were replicas.</summary>
[GenerateSerializer, Immutable]
public sealed record ClusterMapOfBefore(
    [property: Id(0)] long Version, [property: Id(1)] byte[] Slots, [property: Id(2)] NodeInfo[] Nodes,
    [property: Id(3)] ShardHomeOfBefore[] Homes)
{
    [Id(4)]
    public Guid Cluster { get; init; }
}
